import { Pencil } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Problem, Waits } from '../api/client';
import { Button } from './Button';
import { Conflict, touched } from './Conflict';
import { useDraft } from './draft';
import { hintOf, markOf, proposing, type Verdict } from './may';
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
  /** The text is the title of what it stands in, a page or a panel. */
  heading?: 1 | 2;
  /** Nothing is an answer too. Longer texts may always be empty. */
  emptiable?: boolean;
}

interface Draft { text: string; from: string; version: number }

/**
 * Text that is edited in place. The draft is kept on this device until it is saved; when someone else has saved
 * meanwhile, the reader chooses: keep mine, or take theirs.
 */
export function EditableText({ name, label, value, version, allowed, save, children, multiline, heading, emptiable = multiline }: Props) {
  // The draft knows what it was written upon: what others save meanwhile is a conflict, not overwritten.
  const { text: draft, dirty, set: keep, clear } = useDraft(name, JSON.stringify({ text: value, from: value, version } satisfies Draft));
  const { text, from, version: based } = JSON.parse(draft) as Draft;
  const set = (next: string) => keep(JSON.stringify({ text: next, from, version: based } satisfies Draft));
  const [editing, setEditing] = useState(dirty);
  const [conflict, setConflict] = useState<Problem | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const saving = useRef(false);
  const goBack = useRef(false);
  // Whoever was in the field is at its button again, not at the top of the page.
  useEffect(() => {
    if (!editing && goBack.current) opener.current?.focus();
    goBack.current = false;
  }, [editing]);

  const stop = () => {
    goBack.current = field.current?.parentElement?.contains(document.activeElement) === true;
    clear();
    setConflict(null);
    setEditing(false);
  };
  const attempt = async (against: number): Promise<void> => {
    try {
      await save(text, against);
      return stop();
    } catch (problem) {
      // What was typed is in the proposal; what is stored stands.
      if (problem instanceof Waits) {
        toastProblem(problem);
        return stop();
      }
      const current = problem instanceof Problem && problem.status === 412 ? problem.body.current_version : undefined;
      if (!(problem instanceof Problem) || current === undefined) return toastProblem(problem);
      // Another part of the same object was changed: nobody's words are lost by saving these.
      return touched(problem.body, from) ? setConflict(problem) : attempt(current);
    }
  };
  const commit = async (against: number): Promise<void> => {
    // Enter saves and then the field is left: that is one saving, not two.
    if (saving.current) return undefined;
    if (!dirty || text === value || text.trim() === '' && !emptiable) return stop();
    saving.current = true;
    await attempt(against);
    saving.current = false;
    return undefined;
  };

  if (!editing) {
    const start = () => { if (allowed.ok) setEditing(true) };
    // Long text may hold links, so the text is not the button.
    if (multiline) return <div className="stack">{children}<div><Button ref={opener} look="quiet" icon={Pencil} allowed={allowed} onPress={start}>Edit {label.toLowerCase()}</Button></div></div>;
    const button = (
      <Tooltip text={hintOf(allowed)}>
        <AriaButton ref={opener} className="editable" {...markOf(allowed)} aria-disabled={allowed.ok ? undefined : true} onPress={start}>
          {children}<span className="only-heard">{allowed.ok ? `, ${proposing(allowed) === undefined ? 'edit' : 'propose another'} ${label.toLowerCase()}` : ''}</span>
        </AriaButton>
      </Tooltip>
    );
    const Heading = heading === 1 ? 'h1' : 'h2';
    return heading ? <Heading className="editable-heading">{button}</Heading> : button;
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      stop();
    }
    if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void commit(based);
    }
  };
  return (
    <div className="stack">
      <textarea
        ref={field} className="input area" aria-label={label} value={text} rows={multiline ? 10 : 2} autoFocus
        onChange={(event) => set(event.target.value)} onKeyDown={onKeyDown}
        onBlur={() => { if (!multiline && conflict === null) void commit(based) }}
      />
      {conflict && <Conflict problem={conflict} onMine={() => void commit(conflict.body.current_version!)} onTheirs={stop} />}
      {multiline && conflict === null && (
        <div className="row">
          <Button look="primary" keys="$mod+Enter" allowed={allowed} onPress={() => void commit(based)}>{proposing(allowed) ?? 'Save'}</Button>
          <Button look="quiet" onPress={stop}>Cancel</Button>
          {dirty && <span className="muted">Draft kept on this device</span>}
        </div>
      )}
    </div>
  );
}
