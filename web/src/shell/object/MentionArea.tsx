import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Person } from '../../api/types';
import { PersonBadge, useMembers, useProduct, type Verdict } from '../../kit';
import { meant, mentionAt, withMention } from './mention';

interface Props { label: string; value: string; onChange: (text: string) => void; onSubmit: () => void; rows?: number; placeholder?: string; allowed?: Verdict; autoFocus?: boolean }

/** A text in which `@` offers the members of the product. */
export function MentionArea({ label, value, onChange, onSubmit, rows = 4, placeholder, allowed, autoFocus }: Props) {
  const members = useMembers(useProduct().key);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const moveTo = useRef<number | null>(null);
  const mention = caret === null ? null : mentionAt(value, caret);
  const offered = mention ? meant(members.filter(({ state }) => state !== 'revoked').map(({ person }) => person), mention.query) : [];
  const at = Math.min(active, offered.length - 1);

  useLayoutEffect(() => {
    if (moveTo.current === null) return;
    field.current?.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = null;
  }, [value]);
  const look = () => {
    setCaret(field.current?.selectionStart ?? null);
    setActive(0);
  };
  const take = (person: Person) => {
    const next = withMention(value, mention!, caret!, person);
    moveTo.current = next.caret;
    onChange(next.text);
    setCaret(null);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const keep = (run: () => void) => {
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) keep(onSubmit);
    else if (offered.length === 0) return;
    else if (event.key === 'ArrowDown') keep(() => setActive((at + 1) % offered.length));
    else if (event.key === 'ArrowUp') keep(() => setActive((at - 1 + offered.length) % offered.length));
    else if (event.key === 'Enter' || event.key === 'Tab') keep(() => take(offered[at]!));
    else if (event.key === 'Escape') keep(() => setCaret(null));
  };
  const refused = allowed?.ok === false;
  return (
    <div className="mention">
      <textarea
        ref={field} className="input area" aria-label={label} rows={rows} placeholder={placeholder} value={value} readOnly={refused} autoFocus={autoFocus}
        aria-autocomplete="list" aria-controls={offered.length > 0 ? list : undefined} aria-activedescendant={offered.length > 0 ? `${list}-${at}` : undefined}
        onChange={(event) => { onChange(event.target.value); look() }} onClick={look} onKeyDown={onKeyDown} onBlur={() => setCaret(null)}
      />
      {refused && <span className="field-help">{allowed.why}</span>}
      {offered.length > 0 && (
        <div id={list} className="menu mention-list" role="listbox" aria-label="People">
          {offered.map((person, index) => (
            <div
              key={person.id} id={`${list}-${index}`} role="option" aria-selected={index === at} className="menu-item" data-focused={index === at || undefined}
              // The field keeps the focus.
              onPointerDown={(event) => { event.preventDefault(); take(person) }}
            >
              <PersonBadge person={person} named />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
