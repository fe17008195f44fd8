import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import type { Problem } from '../api/client';
import { Button } from './Button';
import { Conflict } from './Conflict';
import type { Refused } from './data';
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
  save: (call: { refused: Refused; version?: number }) => Promise<T | undefined>;
  onSaved?: (answer: T) => void;
  onClose: () => void;
  /** What is typed is kept as a draft: closing loses nothing. */
  draft?: boolean;
  /** Closes and lets go of a draft: theirs is taken, or what was typed waits as a proposal. */
  onLetGo?: () => void;
  /** `errorOf('title')` is what the server says about a field; what no field asks for stands at the foot. */
  children: (errorOf: (field: string) => string | undefined) => ReactNode;
}

/** A form over the page. It stays, with all that was typed, until the server has taken it or keeps it as a proposal. */
export function FormDialog<T>({ title, submit, ready, allowed, size, save, onSaved, onClose, draft, onLetGo = onClose, children }: Props<T>) {
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  // What was typed is not lost by one key or a click beside the form.
  const [typed, setTyped] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const send = async (version?: number) => {
    if (!ready || busy || allowed?.ok === false) return;
    setBusy(true);
    setRefusal(null);
    let waits = false;
    const refused: Refused = (problem) => {
      setRefusal(problem);
      return true;
    };
    refused.waits = () => { waits = true };
    const answer = await save({ refused, version });
    setBusy(false);
    if (waits) onLetGo();
    if (answer === undefined) return;
    onClose();
    onSaved?.(answer);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  // A button that has the focus keeps Enter to itself: the form hears it before.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  };
  useKeys([
    { keys: '$mod+Enter', does: submit, group: 'Forms', run: () => void send(), everywhere: true, quiet: true },
    ...(typed ? [{ keys: 'Escape', does: 'Close, asked twice', group: 'Forms', run: () => { if (leaving) onClose(); else setLeaving(true) }, everywhere: true, quiet: true }] : []),
  ], 2);
  const current = refusal?.body.current_version;
  const placed = new Set<string>();
  const fields = children((field) => {
    placed.add(field);
    return refusal?.body.field === field ? refusal.message : undefined;
  });
  return (
    <Dialog open onClose={onClose} title={title} size={size} held={typed}>
      <form className="form" onSubmit={onSubmit} onKeyDownCapture={onKeyDown} onInput={() => { setTyped(!draft); setLeaving(false) }}>
        {fields}
        {refusal && current === undefined && !placed.has(refusal.body.field ?? '') && <p className="field-error" role="alert">{refusal.message}</p>}
        {refusal && current !== undefined && <Conflict problem={refusal} onMine={() => void send(current)} onTheirs={onLetGo} />}
        {leaving && <p className="muted" role="status">Nothing is saved yet. Esc again lets go of what you typed.</p>}
        <div className="form-foot">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" keys="$mod+Enter" allowed={allowed} disabled={busy || !ready}>{submit}</Button>
        </div>
      </form>
    </Dialog>
  );
}
