import { useNavigate } from '@tanstack/react-router';
import { Suspense, use, useState } from 'react';
import { api } from '../../api/client';
import type { HomeEntry, HomeSort, Item, Promise as Promised } from '../../api/types';
import {
  AcceptContradiction, act, Button, Chip, EmptyState, fieldName, FormDialog, formatAgo, formatCount, KindGlyph, Load, Page, PageLink, refresh, said, Settling, StatusGlyph, TextArea, toast, ToggleChip, useCursor, useGet, useKeys, usePeek, useProduct, useSetUrl, useUrl,
} from '../../kit';
import { dialogNames, isDeclined, keyOf, placeOf, sortNames, sayListed } from './entries';
import './home.css';

const homePath = '/products/{product}/home';
const again = [homePath, '/products/{product}/proposals', '/products/{product}/questions', '/products/{product}/drift', '/products/{product}/feedback', '/items/{item}'];
type Asking = { what: 'answer' | 'decline' | 'accept' | 'settle'; entry: HomeEntry };

function triage(feedback: string, state: 'new' | 'triaged' | 'declined', reason?: string) {
  return api.put('/feedback/{feedback}/triage', { path: { feedback }, body: { state, reason } });
}

/** Says what became of a promise; it is open again by the undo. */
function closePromise({ object, version: seen }: HomeEntry, state: 'kept' | 'broken'): void {
  if (!object || seen === null) return;
  const say = (now: 'open' | 'kept' | 'broken', version: number) => api.patch('/promises/{promise}', { path: { promise: object.id }, body: { state: now }, version });
  void act({ run: (back?: Promised) => say(state, back?.version ?? seen), done: `${object.reference} is ${state}`, undo: (now) => say('open', now.version), refresh: again });
}

/** Takes away what blocks an item; the undo says it again. */
function unblock({ object, version: seen }: HomeEntry): void {
  if (!object || seen === null) return;
  const path = { item: object.id };
  const say = (reason: string | null, version: number) => api.patch('/items/{item}', { path, body: { blocked_reason: reason }, version });
  void act({
    run: async (back?: Item) => {
      const { blocked_reason: before } = await api.get('/items/{item}', { path });
      return { ...await say(null, back?.version ?? seen), before };
    },
    done: `${object.reference} is no longer blocked`, undo: ({ before, version }) => say(before, version), refresh: again,
  });
}

/** What one key settles, and in which words. */
function settling(product: string, entry: HomeEntry): { label: string; run: () => void } | undefined {
  const { sort, object, proposal, drift } = entry;
  if (proposal && proposal.moved.length === 0) {
    return { label: 'Accept', run: () => void act({ run: () => api.put('/proposals/{proposal}/acceptance', { path: { proposal: proposal.id }, version: proposal.version, body: {} }), done: (now) => (now.state === 'accepted' ? `Accepted: ${proposal.title}` : 'You agreed; others have yet to'), refresh: again }) };
  }
  if (sort === 'acceptance' && object) {
    return {
      label: 'Accept',
      run: () => void act({
        run: () => api.put('/items/{item}/acceptance', { path: { item: object.id } }), done: `${object.reference} is accepted`,
        undo: () => api.del('/items/{item}/acceptance', { path: { item: object.id } }), refresh: again,
      }),
    };
  }
  if (sort === 'blocked') return { label: 'No longer blocked', run: () => unblock(entry) };
  if (sort === 'promise_due') return { label: 'Kept', run: () => closePromise(entry, 'kept') };
  if (sort === 'feedback' && object) {
    return {
      label: 'Triaged',
      run: () => void act({ run: () => triage(object.id, 'triaged'), done: `${object.reference} is triaged`, undo: () => triage(object.id, 'new'), refresh: again }),
    };
  }
  if (drift) {
    return {
      label: 'Confirm',
      run: () => void act({
        run: () => api.post('/products/{product}/drift/confirmations', { path: { product }, body: { source: drift.source.id, field: drift.field } }),
        done: ({ ids }) => `${formatCount(ids.length, 'thing')} confirmed`,
        undo: ({ ids }) => api.post('/products/{product}/drift/reopenings', { path: { product }, body: { ids } }), refresh: again,
      }),
    };
  }
  return undefined;
}

function WordsForm({ asking: { what, entry }, onClose }: { asking: Asking; onClose: () => void }) {
  const [words, setWords] = useState('');
  const { sort, proposal, question, object } = entry;
  return (
    <FormDialog
      title={entry.title} submit={what === 'answer' ? 'Answer' : 'Decline'} ready={words.trim() !== ''} onClose={onClose}
      save={async ({ refused }) => {
        if (question) {
          return act({
            run: () => api.put('/questions/{question}/answer', { path: { question: question.id }, body: { answer: words.trim() } }), done: 'Answered',
            undo: () => api.del('/questions/{question}/answer', { path: { question: question.id } }), refresh: again, refused,
          });
        }
        if (sort === 'feedback' && object) {
          return act({
            run: () => triage(object.id, 'declined', words.trim()), done: `${object.reference} is declined`,
            undo: () => triage(object.id, 'new'), refresh: again, refused,
          });
        }
        return act({
          run: () => api.put('/proposals/{proposal}/refusal', { path: { proposal: proposal?.id }, version: proposal?.version, body: { reason: words.trim() } }), done: `Declined: ${entry.title}`,
          undo: () => api.put('/proposals/{proposal}/reopening', { path: { proposal: proposal?.id } }), refresh: again, refused,
        });
      }}
    >
      {(errorOf) => <TextArea label={what === 'answer' ? 'Answer' : 'Why not?'} value={words} onChange={setWords} error={errorOf(what === 'answer' ? 'answer' : 'reason')} autoFocus required />}
    </FormDialog>
  );
}

/** The dialog of the room whose business it is. */
function Settle({ entry: { sort, object }, onClose }: { entry: HomeEntry; onClose: () => void }) {
  const Settled = use(Settling)[sort];
  const close = () => {
    onClose();
    void refresh(...again);
  };
  return Settled && object ? <Suspense><Settled object={object} onClose={close} /></Suspense> : null;
}

function Row({ entry, onAsk }: { entry: HomeEntry; onAsk: (asking: Asking) => void }) {
  const product = useProduct();
  const { sort, object, title, note, since, blocks, proposal, question, contradiction, drift } = entry;
  const settle = settling(product.key, entry);
  const dialogs = use(Settling);
  const place = placeOf(entry);
  return (
    <>
      <span className="home-title">
        {object && (object.category ? <StatusGlyph category={object.category} bare /> : <KindGlyph kind={object.kind} bare />)}
        <span className="object-link-reference">{proposal?.reference ?? question?.reference ?? object?.reference}</span>
        <span className="home-name">{title}</span>
      </span>
      <span className="row wrap muted">
        <Chip>{sortNames[sort]}</Chip>
        {sort === 'blocked' && blocks > 1 && <Chip tone="blocked">Holds up {blocks - 1}</Chip>}
        <span>{note}</span><time dateTime={since}>{formatAgo(since)}</time>
      </span>
      {proposal && proposal.parts.some(({ fields }) => fields.length > 0) && (
        <span className="home-difference">{proposal.parts.flatMap(({ fields }) => fields).slice(0, 3).map(({ field, before, after }) => <span key={field}>{fieldName(field)}: <del>{said(before)}</del> → <ins>{said(after)}</ins></span>)}</span>
      )}
      {proposal && proposal.effects.length > 0 && <span className="muted">{proposal.effects.filter(({ before, after }) => before !== null || after !== null).slice(0, 3).map(({ object: touched, what, before, after }) => `${touched.reference} ${what === 'place' ? 'from place' : 'likely'} ${before ?? 'none'} → ${after ?? 'none'}`).join(' · ')}</span>}
      {drift && <span className="home-difference"><span>{fieldName(drift.field)}: <del>{said(drift.before)}</del> → <ins>{said(drift.after)}</ins></span></span>}
      <span className="row wrap cursor-over">
        {settle && <Button keys="a" onPress={settle.run}>{settle.label}</Button>}
        {contradiction && <Button keys="a" onPress={() => onAsk({ what: 'accept', entry })}>Accept…</Button>}
        {dialogs[sort] && <Button keys="a" onPress={() => onAsk({ what: 'settle', entry })}>{dialogNames[sort]}</Button>}
        {question && <Button keys="a" onPress={() => onAsk({ what: 'answer', entry })}>Answer…</Button>}
        {sort === 'promise_due' && <Button look="quiet" keys="d" onPress={() => closePromise(entry, 'broken')}>Broken</Button>}
        {isDeclined(entry) && <Button look="quiet" keys="d" onPress={() => onAsk({ what: 'decline', entry })}>Decline…</Button>}
        {place && <PageLink to={place.to} query={place.query}>Look at it</PageLink>}
      </span>
    </>
  );
}

function List({ rows, onAsk }: { rows: HomeEntry[]; onAsk: (asking: Asking) => void }) {
  const product = useProduct();
  const navigate = useNavigate();
  const { open } = usePeek();
  const dialogs = use(Settling);
  const keyed = rows.map((entry) => ({ ...entry, id: keyOf(entry), reference: entry.proposal?.reference ?? entry.question?.reference ?? entry.object?.reference ?? '' }));
  const { here, rowProps } = useCursor(keyed, 'Home');
  const look = () => {
    if (!here) return;
    const place = placeOf(here);
    if (place) void navigate({ to: `/p/${product.key}/${place.to}`, search: place.query });
    else open(here.reference);
  };
  useKeys([
    {
      keys: 'a', does: 'Settle it: accept, answer, confirm, check in, close, triage, keep, or take the block away', group: 'Home: do', run: () => {
        const settle = here && settling(product.key, here);
        if (settle) settle.run();
        else if (here?.question) onAsk({ what: 'answer', entry: here });
        else if (here?.contradiction) onAsk({ what: 'accept', entry: here });
        else if (here && dialogs[here.sort]) onAsk({ what: 'settle', entry: here });
        else look();
      },
    },
    { keys: 'd', does: 'Decline…, or call a promise broken', group: 'Home: do', run: () => { if (here?.sort === 'promise_due') closePromise(here, 'broken'); else if (here && isDeclined(here)) onAsk({ what: 'decline', entry: here }); else toast('Only a proposal or feedback is declined') } },
    { keys: 'Enter', does: 'Look at it where it is settled', group: 'Home: do', run: look, quiet: true },
  ]);
  return <ul className="home-list">{keyed.map((entry) => <li key={entry.id} {...rowProps(entry.id)} className="home-row cursor-row"><Row entry={entry} onAsk={onAsk} /></li>)}</ul>;
}

export default function HomePage() {
  const product = useProduct();
  const setUrl = useSetUrl();
  const only = useUrl().only as HomeSort | undefined;
  const query = useGet(homePath, { path: { product: product.key } }, { live: 'all' });
  const [asking, setAsking] = useState<Asking | null>(null);
  return (
    <Page title="Home" layout="wide" note={query.data && query.data.rows.length > 0 ? `${sayListed(query.data.sorts)} for you` : undefined}>
      <Load query={query} rows={8}>
        {({ rows, sorts }) => (rows.length === 0
          ? <EmptyState action={<PageLink to="line">Look at the line</PageLink>}>Nothing needs you today.</EmptyState>
          : (
            <>
              <div className="row wrap home-filters">
                {sorts.map(({ sort, listed, more }) => <ToggleChip key={sort} on={only === sort} onChange={(on) => setUrl({ only: on ? sort : undefined })}>{sortNames[sort]} · {listed}{more ? '+' : ''}</ToggleChip>)}
              </div>
              <List rows={only === undefined ? rows : rows.filter(({ sort }) => sort === only)} onAsk={setAsking} />
            </>
          ))}
      </Load>
      {asking?.what === 'accept' && asking.entry.contradiction && <AcceptContradiction row={asking.entry.contradiction} onClose={() => setAsking(null)} />}
      {asking?.what === 'settle' && <Settle entry={asking.entry} onClose={() => setAsking(null)} />}
      {(asking?.what === 'answer' || asking?.what === 'decline') && <WordsForm asking={asking} onClose={() => setAsking(null)} />}
    </Page>
  );
}
