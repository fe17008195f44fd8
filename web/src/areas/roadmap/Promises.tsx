import { type HTMLAttributes, useRef, useState } from 'react';
import type { Promise as Promised } from '../../api/types';
import { Button, Chip, Choose, EmptyState, formatDate, formatPeriod, Load, may, ObjectLink, Page, Section, toast, useAll, useCursor, useKeys, useProduct } from '../../kit';
import type { Axis } from '../../kit/likely';
import { type Forecast, useAhead } from './ahead';
import { Likely } from './Likely';
import { PromiseForm } from './PromiseForm';
import { isOverdue, promisesPath, promiseStates, setPromiseState, stateName, stateTones } from './promises';
import { Views } from './Views';
import './roadmap.css';

function Row({ promise, forecast, axis, rowProps, onClose }: { promise: Promised; forecast: Forecast; axis: Axis | undefined; rowProps: HTMLAttributes<HTMLElement>; onClose: () => void }) {
  const { audience, due, due_on: day, confidence, state, about } = promise;
  return (
    <li {...rowProps} className="promise-row cursor-row">
      <span className="promise-title cursor-link"><ObjectLink object={{ ...promise, kind: 'promise', state: undefined }} bare /></span>
      <span className="row wrap promise-state">
        {isOverdue(promise) && <Chip tone="risk">▲ Overdue</Chip>}
        <Chip tone={stateTones[state]}>{stateName(state)}</Chip>
      </span>
      <span className="promise-facts">
        <span>to {audience}</span>
        <span>by {formatPeriod(due)}{day !== null && `, until ${formatDate(day)}`}</span>
        <span>{confidence === null ? 'confidence not said' : `confidence ${confidence}/10`}</span>
      </span>
      {state === 'open' && <span className="promise-forecast roadmap-forecast number"><Likely forecast={forecast} axis={axis} /></span>}
      {about.length > 0 && <span className="promise-about cursor-over">{about.map((one) => <ObjectLink key={one.id} object={one} />)}</span>}
      {state === 'open' && <span className="promise-do cursor-over no-print"><Button look="quiet" keys="s" onPress={onClose}>What became of it…</Button></span>}
    </li>
  );
}

type Asking = { what: 'new' } | { what: 'edit' | 'state'; promise: Promised };

function Ledger({ promises, asking, onAsk }: { promises: Promised[]; asking: Asking | null; onAsk: (asking: Asking | null) => void }) {
  const product = useProduct();
  const allowed = may(product.can, 'roadmap');
  const { forecastOf, axis } = useAhead(promises.map(({ id }) => id));
  const anchor = useRef<Element | null>(null);
  const { here, rowProps, elementOf } = useCursor(promises, 'Promises');
  const ask = (what: 'edit' | 'state', promise: Promised | undefined) => {
    if (!allowed.ok) toast(allowed.why ?? '');
    else if (promise) {
      anchor.current = elementOf(promise.id);
      onAsk({ what, promise });
    }
  };
  useKeys([
    { keys: 'e', does: 'Edit', group: 'Promises: do', run: () => ask('edit', here) },
    { keys: 's', does: 'What became of it…', group: 'Promises: do', run: () => ask('state', here) },
  ]);
  const open = promises.filter(({ state }) => state === 'open');
  const closed = promises.filter(({ state }) => state !== 'open');
  const list = (rows: Promised[]) => (
    <ul className="promises">{rows.map((promise) => <Row key={promise.id} promise={promise} forecast={forecastOf(promise.id)} axis={axis} rowProps={rowProps(promise.id)} onClose={() => ask('state', promise)} />)}</ul>
  );
  if (promises.length === 0) {
    return (
      <EmptyState action={<Button keys="c" allowed={allowed} onPress={() => onAsk({ what: 'new' })}>Write the first promise down</Button>}>
        A promise is more than a plan: somebody was told. The ledger says what was promised to whom, by when and how sure you are, and what became of it.
      </EmptyState>
    );
  }
  return (
    <>
      {open.length === 0 ? <p className="muted">Every promise has been kept, broken or withdrawn.</p> : list(open)}
      {closed.length > 0 && <Section title="What became of the others">{list(closed)}</Section>}
      {asking?.what === 'edit' && <PromiseForm promise={asking.promise} onClose={() => onAsk(null)} />}
      {asking?.what === 'state' && (
        <Choose
          title={`What became of ${asking.promise.reference}?`} anchor={anchor} allowed={allowed} selected={asking.promise.state} onClose={() => onAsk(null)}
          choices={promiseStates} onChoose={(id) => void setPromiseState(asking.promise, id as Promised['state'])}
        />
      )}
    </>
  );
}

/** The ledger of what was promised: open ones first. */
export function Promises() {
  const product = useProduct();
  const allowed = may(product.can, 'roadmap');
  const query = useAll(promisesPath, { path: { product: product.key } }, { live: ['promise', 'initiative', 'epic', 'story', 'release'] });
  const [asking, setAsking] = useState<Asking | null>(null);
  const add = () => { if (allowed.ok) setAsking({ what: 'new' }); else toast(allowed.why ?? '') };
  useKeys([{ keys: 'c', does: 'New promise', group: 'Promises: do', run: add }]);
  return (
    <Page
      title="Roadmap" note={query.data && `${query.data.filter(({ state }) => state === 'open').length} open`} filters={<Views value="promises" />}
      actions={<Button look="primary" keys="c" allowed={allowed} onPress={add}>New promise</Button>}
    >
      <Load query={query} rows={6}>{(promises) => <Ledger promises={promises} asking={asking} onAsk={setAsking} />}</Load>
      {asking?.what === 'new' && <PromiseForm onClose={() => setAsking(null)} />}
    </Page>
  );
}
