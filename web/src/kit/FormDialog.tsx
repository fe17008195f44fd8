import { type FormEvent, type ReactNode, useState } from 'react';
import type { Problem } from '../api/client';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { useKeys } from './keys';
import type { Verdict } from './may';

interface Refusal { field?: string; text: string; current?: number }

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
  /** `errorOf('title')` is what the server says about a field. */
  children: (errorOf: (field: string) => string | undefined) => ReactNode;
}

/** A form over the page. It stays, with all that was typed, until the server has taken it. */
export function FormDialog<T>({ title, submit, ready, allowed, size, save, onSaved, onClose, onTheirs = onClose, children }: Props<T>) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (version?: number) => {
    if (!ready || busy || allowed?.ok === false) return;
    setBusy(true);
    setRefusal(null);
    const refused = (problem: Problem) => {
      const { field, current_version: current } = problem.body;
      if (problem.status === 412 && current !== undefined) setRefusal({ text: 'Not saved: someone changed this meanwhile.', current });
      else if (field === undefined) return false;
      else setRefusal({ field, text: problem.message });
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
  const current = refusal?.current;
  return (
    <Dialog open onClose={onClose} title={title} size={size}>
      <form className="form" onSubmit={onSubmit}>
        {children((field) => (refusal?.field === field ? refusal.text : undefined))}
        {current !== undefined && (
          <div className="row wrap" role="alert">
            <span className="field-error">{refusal!.text}</span>
            <Button onPress={() => void send(current)}>Keep mine</Button>
            <Button onPress={onTheirs}>Take theirs</Button>
          </div>
        )}
        <div className="form-foot">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" keys="$mod+Enter" allowed={allowed} disabled={busy || !ready}>{submit}</Button>
        </div>
      </form>
    </Dialog>
  );
}
