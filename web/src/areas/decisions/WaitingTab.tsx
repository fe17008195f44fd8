import { useEffect, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Proposal } from '../../api/types';
import { Button, Chip, copyLink, EmptyState, focusIsFree, formatAgo, formatCount, KindGlyph, Load, More, PersonBadge, useCursor, useKeys, usePages, useProduct, useSetUrl, useUrl } from '../../kit';
import { proposalsPath } from './actions';
import { Deciding } from './Deciding';
import { type Group, groupsOf, states } from './proposals';

/** So many come at once: the most that is answered. */
const pageSize = 200;

const emptyTexts: Record<Proposal['state'], string> = {
  open: 'Nothing waits to be decided. What somebody changes that is not theirs to decide comes here, and waits for whoever decides.',
  accepted: 'No proposal was accepted yet.', declined: 'No proposal was declined.', withdrawn: 'No proposal was withdrawn.',
};

export function stateOf(text: string | undefined): Proposal['state'] {
  return text !== undefined && Object.hasOwn(states, text) ? (text as Proposal['state']) : 'open';
}

function Row({ proposal, onShow }: { proposal: Proposal; onShow: () => void }) {
  const { title, about, by, by_agent: byAgent, at, moved, awaited, approvals, decided_at: decidedAt } = proposal;
  return (
    <>
      <AriaButton className="waiting-title" onPress={onShow}><KindGlyph kind={about[0]?.kind ?? 'proposal'} /><span>{title}</span></AriaButton>
      <span className="waiting-meta">
        <PersonBadge person={by} /><span>{by?.name ?? 'Somebody'}, {formatAgo(decidedAt ?? at)}</span>
        {byAgent && <Chip tone="doing">Agent</Chip>}
        {moved.length > 0 && <Chip tone="risk">▲ Moved</Chip>}
        {approvals.length > 0 && awaited.length > 0 && <Chip>{approvals.length} of {approvals.length + awaited.length} agreed</Chip>}
      </span>
    </>
  );
}

function Waiting({ groups }: { groups: Group[] }) {
  const product = useProduct();
  const setUrl = useSetUrl();
  const wanted = useUrl().proposal;
  const rows = groups.flatMap((group) => group.rows);
  // Space looks into what a proposal is about; what it would change is in sight.
  const { here, go, rowProps, elementOf } = useCursor(rows.map(({ id, reference, about }) => ({ id, reference: about[0]?.reference ?? reference })), 'Proposals');
  const shown = rows.find(({ id }) => id === here?.id);
  useKeys([{ keys: 'y', does: 'Copy the link', group: 'Proposals: do', run: () => { if (shown) void copyLink(product.key, shown.reference) } }]);
  const arrived = useRef<string | undefined>(undefined);
  useEffect(() => {
    // The one that the address names, else the first; once, so that the cursor stays where it was moved to.
    const aim = wanted ?? 'first';
    if (arrived.current === aim) return;
    arrived.current = aim;
    const at = rows.findIndex(({ id, reference }) => reference === wanted || id === wanted);
    if (wanted === undefined || at >= 0) go(Math.max(0, at));
  });
  // What was decided leaves the list: the focus goes on with the one in its place.
  const standing = here?.id;
  useEffect(() => { if (standing !== undefined && focusIsFree()) elementOf(standing)?.focus({ preventScroll: true }) }, [standing, elementOf]);
  const show = (proposal: Proposal) => {
    if (wanted !== undefined) setUrl({ proposal: undefined });
    arrived.current = 'first';
    go(rows.indexOf(proposal));
  };
  return groups.map(({ title, rows: inGroup }) => (
    <section key={title} aria-label={title}>
      <h2 className="waiting-group">{title} <span className="muted number">{inGroup.length}</span></h2>
      <ul>
        {inGroup.map((proposal) => (
          <li key={proposal.id} className="waiting-item">
            <div {...rowProps(proposal.id)} className="waiting-row cursor-row"><Row proposal={proposal} onShow={() => show(proposal)} /></div>
            {shown?.id === proposal.id && (
              <section className="waiting-shown" aria-label={`What ${proposal.reference} would change`}>
                <h3 className="waiting-shown-title"><span className="waiting-shown-words">{proposal.title} </span><span className="muted">{proposal.reference}</span></h3>
                <Deciding key={`${proposal.id} ${proposal.version}`} proposal={proposal} keyed />
              </section>
            )}
          </li>
        ))}
      </ul>
    </section>
  ));
}

export function WaitingTab() {
  const product = useProduct();
  const setUrl = useSetUrl();
  const { state: asked, proposal } = useUrl();
  const state = stateOf(asked);
  const query = usePages(proposalsPath, { path: { product: product.key }, query: { state, limit: pageSize } }, { live: 'all' });
  return (
    <div className="waiting">
      <div className="waiting-list">
        <Load query={query} rows={8}>
          {(rows) => {
            // While another state is read, the rows of the one before are still here.
            const groups = groupsOf(rows.filter((row) => row.state === state), state);
            return (
              <>
                {groups.every((group) => group.rows.length === 0)
                  ? <EmptyState action={state !== 'open' && <Button onPress={() => setUrl({ state: undefined })}>Show what waits</Button>}>{emptyTexts[state]}</EmptyState>
                  : <Waiting key={state} groups={groups} />}
                {proposal !== undefined && !rows.some(({ id, reference }) => reference === proposal || id === proposal) && !query.hasNextPage && (
                  <p className="muted waiting-gone">{proposal} is not among these: it was decided, or is not yours to see.</p>
                )}
                {query.hasNextPage && <div className="waiting-more"><More pages={query} /><span className="muted">{formatCount(rows.length, 'proposal')} shown</span></div>}
              </>
            );
          }}
        </Load>
      </div>
    </div>
  );
}
