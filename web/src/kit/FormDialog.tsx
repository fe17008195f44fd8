import { type FormEvent, type ReactNode, useState } from 'react';
import type { Problem } from '../api/client';
import { Button } from './Button';
import { Conflict } from './Conflict';
import { Dialog } from './Dialog';
import { useKeys } from './keys';
import type { Verdict } from './may';

interface Props<T> {
  title: string;
  /** What the button says: 'Create', 'Save'. */
  submit: string;
  /** False while something needed is missing. */
  ready: boolean;
  allowed?: Verdict;
  size?: 'small' | 'large';
  /** Hands `refused` on to `act`; `version` is there when the reader chose to keep theirs over a newer one. */
  save: (call: { refused: (problem: Problem) => boolean; version?: number }) => Promise<T | undefined>;
  onSaved?: (answer: T) => void;
  onClose: () => void;
  /** What taking theirs means besides closing: letting go of a draft. */
  onTheirs?: () => void;
  /** `errorOf('title')` is what the server says about a field; what no field asks for stands at the foot. */
  children: (errorOf: (field: string) => string | undefined) => ReactNode;
}

/** A form over the page. It stays, with all that was typed, until the server has taken it. */
export function FormDialog<T>({ title, submit, ready, allowed, size, save, onSaved, onClose, onTheirs = onClose, children }: Props<T>) {
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (version?: number) => {
    if (!ready || busy || allowed?.ok === false) return;
    setBusy(true);
    setRefusal(null);
    const refused = (problem: Problem) => {
      setRefusal(problem);
      return true;
    };
    const answer = await save({ refused, version });
    setBusy(false);
    if (answer === undefined) return;
    onClose();
    onSaved?.(answer);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  useKeys([{ keys: '$mod+Enter', does: submit, group: 'Forms', run: () => void send(), everywhere: true, quiet: true }], 2);
  const current = refusal?.body.current_version;
  const placed = new Set<string>();
  const fields = children((field) => {
    placed.add(field);
    return refusal?.body.field === field ? refusal.message : undefined;
  });
  return (
    <Dialog open onClose={onClose} title={title} size={size}>
      <form className="form" onSubmit={onSubmit}>
        {fields}
        {refusal && current === undefined && !placed.has(refusal.body.field ?? '') && <p className="field-error" role="alert">{refusal.message}</p>}
        {refusal && current !== undefined && <Conflict problem={refusal} onMine={() => void send(current)} onTheirs={onTheirs} />}
        <div className="form-foot">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" keys="$mod+Enter" allowed={allowed} disabled={busy || !ready}>{submit}</Button>
        </div>
      </form>
    </Dialog>
  );
}
