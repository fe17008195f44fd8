import { Check } from 'lucide-react';
import type { Proposal, ProposedPart } from '../../api/types';
import { fieldName, formatAgo, formatMoment, KeyHint, listed, ObjectLink, PageLink, roleName, said, TextArea, TextField } from '../../kit';
import { consequencesOf, type Edits, givenText, isEditable, typed } from './proposals';
import { difference, type Piece } from './words';

/** What is taken of a proposal, and how to change that. */
export interface Choice {
  left: ReadonlySet<string>;
  onTake: (part: string, on: boolean) => void;
  edits: Edits;
  /** Where the values are being changed: what is typed. */
  onEdit: ((part: string, text: string) => void) | undefined;
}

/** Text of some length is changed in a field of some height. */
const isLong = (text: string) => text.length > 80 || text.includes('\n');

function Marked({ pieces, as: Mark }: { pieces: Piece[]; as: 'del' | 'ins' }) {
  return pieces.map(({ text, changed }, index) => (changed ? <Mark key={index}>{text}</Mark> : <span key={index}>{text}</span>));
}

function Value({ value, pieces, as }: { value: unknown; pieces: Piece[] | undefined; as: 'del' | 'ins' }) {
  if (pieces !== undefined) return <Marked pieces={pieces} as={as} />;
  const text = said(value);
  return text === 'Nothing' ? <span className="muted">Nothing</span> : as === 'del' ? <del>{text}</del> : <ins>{text}</ins>;
}

function EditField({ part, text, onEdit }: { part: ProposedPart; text: string; onEdit: (text: string) => void }) {
  const label = `${fieldName(part.fields[0]!.field)}, as it is accepted`;
  const error = typed(part, text) === undefined ? 'This is no number.' : undefined;
  return isLong(givenText(part))
    ? <TextArea label={label} hideLabel value={text} onChange={onEdit} rows={Math.min(14, 3 + text.split('\n').length)} error={error} />
    : <TextField label={label} hideLabel value={text} onChange={onEdit} error={error} />;
}

function Field({ part, field, before, after, choice }: { part: ProposedPart; field: string; before: unknown; after: unknown; choice: Choice | undefined }) {
  const edit = choice?.edits[part.id];
  const now = edit ?? after;
  const onEdit = choice?.onEdit;
  const editing = onEdit !== undefined && isEditable(part) && !choice?.left.has(part.id);
  const marked = typeof before === 'string' && typeof now === 'string' && /\s/.test(before) && now !== '' && part.given !== before ? difference(before, now) : undefined;
  return (
    <div className="change">
      <div className="change-side"><span className="change-label">{fieldName(field)}, before</span><div className="change-text"><Value value={before} pieces={marked?.before} as="del" /></div></div>
      <div className="change-side">
        <span className="change-label">After{edit !== undefined && edit !== givenText(part) && ', changed by you'}</span>
        {editing
          ? <EditField part={part} text={edit ?? givenText(part)} onEdit={(text) => onEdit(part.id, text)} />
          : <div className="change-text"><Value value={now} pieces={marked?.after} as="ins" /></div>}
      </div>
    </div>
  );
}

/** 'who may …' of the decision table, the fields of an edit, or what would be done. */
function nameOf({ fields, verb }: ProposedPart): string {
  return fields.length === 1 ? fieldName(fields[0]!.field) : verb.charAt(0).toUpperCase() + verb.slice(1);
}

/** A box beside a part. A button, so that the keys of the page go on working after it was pressed. */
function Take({ on, onTake, label, keys }: { on: boolean; onTake: (on: boolean) => void; label: string; keys?: string }) {
  return (
    <button type="button" role="checkbox" aria-checked={on} className="checkbox part-name part-take" data-selected={on ? true : undefined} onClick={() => onTake(!on)}>
      <span className="checkbox-box" aria-hidden>{on && <Check size={12} strokeWidth={3} />}</span>
      {label}
      {keys !== undefined && <KeyHint keys={keys} />}
    </button>
  );
}

/** What would be different, part by part; with a choice each can be left out, and changed. */
export function Parts({ proposal, choice, keyed }: { proposal: Proposal; choice?: Choice; keyed: boolean }) {
  const several = proposal.parts.length > 1;
  return (
    <ol className="parts">
      {proposal.parts.map((part, index) => {
        const taken = !choice?.left.has(part.id);
        return (
          <li key={part.id} className={taken ? 'part' : 'part left'}>
            <div className="row wrap">
              {several && choice
                ? <Take on={taken} onTake={(on) => choice.onTake(part.id, on)} label={nameOf(part)} keys={keyed && index < 9 ? String(index + 1) : undefined} />
                : <span className="part-name">{nameOf(part)}</span>}
              {part.object && proposal.about.length > 1 && <ObjectLink object={part.object} />}
            </div>
            {part.fields.map(({ field, before, after }) => <Field key={field} part={part} field={field} before={before} after={after} choice={choice} />)}
            {part.further > 0 && <p className="muted">And {part.further} more that {part.further === 1 ? 'changes' : 'change'} along with it.</p>}
          </li>
        );
      })}
    </ol>
  );
}

/** What would change along with it. */
export function Consequences({ proposal }: { proposal: Proposal }) {
  const { makeWay, told } = consequencesOf(proposal.effects);
  if (makeWay.length + told.length === 0) return null;
  return (
    <ul className="consequences" aria-label="What would change along">
      {makeWay.length > 0 && <li><span className="muted">Making way:</span> {makeWay.map((object) => <ObjectLink key={object.id} object={object} />)}</li>}
      {told.map(({ object, text }) => <li key={`${object.id} ${text}`}><ObjectLink object={object} /> <span className="number">{text}</span></li>)}
    </ul>
  );
}

/** Who changed the ground it stands on meanwhile. */
export function Moved({ proposal }: { proposal: Proposal }) {
  return proposal.moved.map(({ object, field, by, at, now }) => (
    <p key={`${object.id} ${field}`}>
      {by?.name ?? 'Somebody'} {field === 'rank' ? `moved ${object.reference}` : `changed the ${fieldName(field).toLowerCase()} of ${object.reference}`} on {formatMoment(at)}.
      {field !== 'rank' && <> It reads now: “{said(now)}”.</>}
    </p>
  ));
}

/** Where several roles have to agree: who did, and who is awaited. */
export function Agreement({ proposal: { approvals, awaited } }: { proposal: Proposal }) {
  if (approvals.length + awaited.length === 0) return null;
  return (
    <ul className="agreement" aria-label="Who has to agree">
      {approvals.map(({ role, by, at }) => <li key={role}><span className="agreed">✓ {by?.name ?? 'Somebody'}</span> agreed as {roleName(role)} <span className="muted">{formatAgo(at)}</span></li>)}
      {awaited.length > 0 && <li className="muted">◌ Yet to agree: {listed(awaited.map((role) => `the ${roleName(role)}`))}</li>}
    </ul>
  );
}

/** Other proposals on the same ground. */
export function Others({ proposal: { others } }: { proposal: Proposal }) {
  if (others.length === 0) return null;
  return (
    <div className="others-proposed">
      <span className="muted">Also proposed about the same:</span>
      {others.map(({ id, reference, title }) => <PageLink key={id} to="decisions" query={{ proposal: reference }}>{reference} {title}</PageLink>)}
    </div>
  );
}
