import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Promise as Promised } from '../../api/types';
import { Button, Chip, Fact, Facts, formatDate, formatPeriod, Load, may, Menu, ObjectLink, type SlotProps, useGet, useProduct } from '../../kit';
import { useAhead } from './ahead';
import { Likely } from './Likely';
import { PromiseForm } from './PromiseForm';
import { isOverdue, promisePath, promiseStates, setPromiseState, stateName, stateTones } from './promises';
import './roadmap.css';

function Panel({ promise }: { promise: Promised }) {
  const allowed = may(useProduct().can, 'roadmap');
  const [editing, setEditing] = useState(false);
  const { forecastOf } = useAhead([]);
  const { reference, audience, due, due_on: day, confidence, state, about } = promise;
  return (
    <div className="stack">
      <Facts>
        <Fact label="What became of it">
          <Menu label={`What became of ${reference}`} entries={promiseStates.map(({ id, label }) => ({ id, label, allowed, onChoose: () => void setPromiseState(promise, id) }))}>
            <Button look="quiet"><span className="only-heard">State: </span><Chip tone={stateTones[state]}>{stateName(state)}</Chip></Button>
          </Menu>
        </Fact>
        <Fact label="To whom">{audience}</Fact>
        <Fact label="By when">{formatPeriod(due)}{day !== null && <span className="muted">until {formatDate(day)}</span>}{isOverdue(promise) && <Chip tone="risk">▲ Overdue</Chip>}</Fact>
        <Fact label="Confidence">{confidence === null ? <span className="muted">Not said</span> : `${confidence} of 10`}</Fact>
        {state === 'open' && <Fact label="Likely"><Likely forecast={forecastOf(promise.id)} /></Fact>}
        <Fact label="About" wide>{about.length === 0 ? <span className="muted">Nothing yet: link below what it promises</span> : <ul>{about.map((one) => <li key={one.id}><ObjectLink object={one} /></li>)}</ul>}</Fact>
      </Facts>
      <div><Button icon={Pencil} allowed={allowed} onPress={() => setEditing(true)}>Edit…</Button></div>
      {editing && <PromiseForm promise={promise} onClose={() => setEditing(false)} />}
    </div>
  );
}

/** What only a promise has: to whom, by when, how sure, and what became of it. */
export default function PromisePanel({ object }: SlotProps) {
  const query = useGet(promisePath, { path: { promise: object.reference } }, { live: ['initiative', 'epic', 'story', 'release'] });
  return <Load query={query} rows={4}>{(promise) => <Panel promise={promise} />}</Load>;
}
