import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Proposal } from '../../api/types';
import {
  Button, Chip, FormDialog, formatAgo, formatMoment, type Key, ObjectLink, PersonBadge, TextArea, toast, useKeys, useMe, useProduct, type Verdict,
} from '../../kit';
import { accept, bringUpToDate, decline, openAgain, withdraw } from './actions';
import { Agreement, Consequences, Moved, Others, Parts } from './Difference';
import { acceptanceOf, type Edits, isEditable, notMine, states } from './proposals';

function DeclineForm({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog title={`Decline ${proposal.reference}?`} submit="Decline" ready={reason.trim() !== ''} onClose={onClose} save={({ refused }) => decline(proposal, reason.trim(), refused)}>
      {(errorOf) => (
        <>
          <p>{proposal.title}</p>
          <TextArea label="Why not?" value={reason} onChange={setReason} error={errorOf('reason')} rows={3} required autoFocus help={`${proposal.by?.name ?? 'Whoever proposed it'} reads this.`} />
        </>
      )}
    </FormDialog>
  );
}

/** Who proposed it, to whom, about what, and what became of it. */
function Head({ proposal, reason }: { proposal: Proposal; reason: boolean }) {
  const { by, by_agent: byAgent, at, to, about, state, answer, decided_at: decidedAt, decided_by: decidedBy } = proposal;
  return (
    <>
      <div className="row wrap">
        <PersonBadge person={by} named />
        {byAgent && <Chip tone="doing">By an agent in this person’s name</Chip>}
        <span className="muted"><time dateTime={at} title={formatMoment(at)}>{formatAgo(at)}</time>{state === 'open' && `, to ${to}`}</span>
      </div>
      {about.length > 0 && <div className="row wrap deciding-about">{about.map((stub) => <ObjectLink key={stub.id} object={stub} />)}</div>}
      {reason && <p className={proposal.reason === '' ? 'muted' : 'deciding-reason'}>{proposal.reason === '' ? 'No reason given.' : proposal.reason}</p>}
      {state !== 'open' && (
        <p className="deciding-answer">
          <Chip tone={state === 'accepted' ? 'done' : state === 'declined' ? 'blocked' : 'plain'}>{states[state]}</Chip>
          <span>{decidedBy !== null && `by ${decidedBy.name}`}{decidedAt !== null && ` on ${formatMoment(decidedAt)}`}{answer !== null && `: ${answer}`}</span>
        </p>
      )}
    </>
  );
}

interface Props {
  proposal: Proposal;
  /** On the page of decisions, where the keys belong to it. */
  keyed?: boolean;
  /** The reason stands elsewhere already. */
  bare?: boolean;
}

const mineAlone: Verdict = { ok: true };

/** A proposal with its difference, and all that can be done about it. Give it a key: what is left out belongs to one proposal. */
export function Deciding({ proposal, keyed = false, bare = false }: Props) {
  const product = useProduct();
  const me = useMe();
  const navigate = useNavigate();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [edits, setEdits] = useState<Edits>({});
  const [editing, setEditing] = useState(false);
  const [declining, setDeclining] = useState(false);
  const { state, may_decide: mayDecide, own, parts, about, moved } = proposal;
  const open = state === 'open';
  const allowed: Verdict = mayDecide ? mineAlone : { ok: false, why: notMine(proposal, me.person.id) };
  const acceptance = acceptanceOf(parts, left, edits);
  const editable = parts.some((part) => isEditable(part) && !left.has(part.id));
  const first = about[0];

  const permit = (verdict: Verdict, run: () => void) => () => { if (verdict.ok) run(); else toast(verdict.why ?? '') };
  const take = (part: string, on: boolean) => setLeft((before) => (on ? new Set([...before].filter((id) => id !== part)) : new Set([...before, part])));
  const doAccept = permit(allowed, () => {
    if (acceptance === undefined) toast(left.size === parts.length ? 'Nothing is taken: take a part, or decline the proposal' : 'A value is no number');
    else void accept(proposal, acceptance).then((answer) => { if (answer) setEditing(false) });
  });
  const doEdit = permit(allowed, () => { if (editable) setEditing(!editing); else toast('Its values cannot be changed: accept or decline it as it is') });
  const doDecline = permit(allowed, () => setDeclining(true));
  const doUpdate = () => { if (moved.length === 0) toast('It is up to date'); else if (mayDecide || own) void bringUpToDate(proposal); else toast(allowed.why ?? '') };
  const doWithdraw = () => { if (own) void withdraw(proposal); else toast('Only whoever made a proposal withdraws it') };
  const key = (keys: string, does: string, run: () => void): Key => ({ keys, does, group: 'Proposals: do', run });
  useKeys(!keyed ? [] : [
    ...(open ? [
      key('a', 'Accept what is taken', doAccept), key('e', 'Change the values before accepting', doEdit), key('d', 'Decline…', doDecline), key('u', 'Bring up to date', doUpdate), key('w', 'Withdraw your own', doWithdraw),
      ...parts.slice(0, parts.length > 1 ? 9 : 0).map(({ id, fields }, index): Key => ({ ...key(String(index + 1), `Take or leave out: ${fields[0]?.field.replaceAll('_', ' ') ?? 'part'} (${index + 1})`, () => take(id, left.has(id))), quiet: true })),
    ] : []),
    ...(state === 'withdrawn' && own ? [key('o', 'Open again', () => void openAgain(proposal))] : []),
    ...(first ? [key('Enter', 'Open what it is about', () => void navigate({ to: `/p/${product.key}/o/${first.reference}` }))] : []),
  ]);
  useKeys(editing ? [
    { keys: 'Escape', does: 'Stop changing values', group: 'Proposals: do', run: () => { setEditing(false); setEdits({}) }, everywhere: true, quiet: true },
    { keys: '$mod+Enter', does: 'Accept with these values', group: 'Proposals: do', run: doAccept, everywhere: true, quiet: true },
  ] : [], 2);
  const hint = (keys: string) => (keyed ? keys : undefined);
  return (
    <div className="deciding">
      <Head proposal={proposal} reason={!bare} />
      {open && moved.length > 0 && (
        <div className="moved" role="note">
          <strong>▲ The ground has moved</strong>
          <Moved proposal={proposal} />
          <div><Button keys={hint('u')} allowed={mayDecide || own ? mineAlone : allowed} onPress={doUpdate}>Bring up to date</Button></div>
        </div>
      )}
      <Parts proposal={proposal} keyed={keyed} choice={open && mayDecide ? { left, onTake: take, edits, onEdit: editing ? (part, text) => setEdits((all) => ({ ...all, [part]: text })) : undefined } : undefined} />
      <Consequences proposal={proposal} />
      <Agreement proposal={proposal} />
      <Others proposal={proposal} />
      {open && (
        <div className="row wrap deciding-do no-print">
          <Button look="primary" keys={editing ? '$mod+Enter' : hint('a')} allowed={allowed} disabled={mayDecide && acceptance === undefined} onPress={doAccept}>
            {acceptance?.parts ? `Accept ${acceptance.parts.length} of ${parts.length}` : acceptance?.edits ? 'Accept with changes' : proposal.awaited.length > 0 ? 'Agree' : 'Accept'}
          </Button>
          {editable && <Button keys={editing ? 'Escape' : hint('e')} allowed={allowed} onPress={() => { if (editing) setEdits({}); doEdit() }}>{editing ? 'As proposed' : 'Change first'}</Button>}
          <Button keys={hint('d')} allowed={allowed} onPress={doDecline}>Decline…</Button>
          {own && <Button look="quiet" keys={hint('w')} onPress={doWithdraw}>Withdraw</Button>}
        </div>
      )}
      {state === 'withdrawn' && own && <div className="no-print"><Button keys={hint('o')} onPress={() => void openAgain(proposal)}>Open again</Button></div>}
      {declining && <DeclineForm proposal={proposal} onClose={() => setDeclining(false)} />}
    </div>
  );
}
