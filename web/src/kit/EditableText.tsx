import { Pencil } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { Problem } from '../api/client';
import { Button } from './Button';
import { useDraft } from './draft';
import type { Verdict } from './may';
import { toastProblem } from './toast';
import { Tooltip } from './Tooltip';
import { Button as AriaButton } from 'react-aria-components';
import './editable.css';

interface Props {
  /** Names the local draft: 'APP-12:title'. */
  name: string;
  label: string;
  value: string;
  version: number;
  allowed: Verdict;
  /** Saves against a version. A Problem with status 412 is shown as a conflict. */
  save: (text: string, version: number) => Promise<unknown>;
  /** How it looks when it is not being edited. */
  children: ReactNode;
  multiline?: boolean;
  /** The text is the title of what it stands in. */
  heading?: boolean;
}

/**
 * Text that is edited in place. The draft is kept on this device until it is saved; when someone else has saved
 * meanwhile, the reader chooses: keep mine, or take theirs.
 */
export function EditableText({ name, label, value, version, allowed, save, children, multiline, heading }: Props) {
  const { text, dirty, set, clear } = useDraft(name, value);
  const [editing, setEditing] = useState(dirty);
  const [conflict, setConflict] = useState<number | null>(null);

  const stop = () => {
    clear();
    setConflict(null);
    setEditing(false);
  };
  const commit = async (against: number) => {
    if (!dirty || text.trim() === '' && !multiline) return stop();
    try {
      await save(text, against);
      stop();
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 412 && problem.body.current_version !== undefined) setConflict(problem.body.current_version);
      else toastProblem(problem);
    }
    return undefined;
  };

  if (!editing) {
    const start = () => { if (allowed.ok) setEditing(true) };
    // Long text may hold links, so the text is not the button.
    if (multiline) return <div className="stack">{children}<div><Button look="quiet" icon={Pencil} allowed={allowed} onPress={start}>Edit {label.toLowerCase()}</Button></div></div>;
    const button = (
      <Tooltip text={allowed.ok ? undefined : allowed.why}>
        <AriaButton className="editable" aria-disabled={allowed.ok ? undefined : true} onPress={start}>
          {children}<span className="only-heard">{allowed.ok ? `, edit ${label.toLowerCase()}` : ''}</span>
        </AriaButton>
      </Tooltip>
    );
    return heading ? <h2 className="editable-heading">{button}</h2> : button;
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      stop();
    }
    if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void commit(version);
    }
  };
  return (
    <div className="stack">
      <textarea
        className="input area" aria-label={label} value={text} rows={multiline ? 10 : 2} autoFocus
        onChange={(event) => set(event.target.value)} onKeyDown={onKeyDown}
        onBlur={() => { if (!multiline && conflict === null) void commit(version) }}
      />
      {conflict !== null && (
        <div className="row wrap" role="alert">
          <span className="field-error">Not saved: someone changed this meanwhile.</span>
          <Button onPress={() => void commit(conflict)}>Keep mine</Button>
          <Button onPress={stop}>Take theirs</Button>
        </div>
      )}
      {multiline && conflict === null && (
        <div className="row">
          <Button look="primary" keys="$mod+Enter" onPress={() => void commit(version)}>Save</Button>
          <Button look="quiet" onPress={stop}>Cancel</Button>
          {dirty && <span className="muted">Draft kept on this device</span>}
        </div>
      )}
    </div>
  );
}
