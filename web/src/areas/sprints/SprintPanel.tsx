import { CircleSlash, Pencil, Play } from 'lucide-react';
import { useState } from 'react';
import type { Sprint } from '../../api/types';
import { anyOf, Button, Chip, EmptyState, Fact, Facts, formatCount, formatNumber, itemKinds, Load, may, ObjectLink, PageLink, Section, type SlotProps, useAll, useGet, useProduct } from '../../kit';
import { BurndownChart } from '../../kit/Chart';
import { burndownPath, itemsPath, sprintPath } from './actions';
import { CancelDialog, StartDialog } from './EndDialogs';
import { datesOf, doneOf, stateNames, timeOf, verdictNames } from './sprint';
import { SprintForm } from './SprintForm';
import './sprints.css';

function Panel({ sprint }: { sprint: Sprint }) {
  const product = useProduct();
  const [asking, setAsking] = useState<'edit' | 'start' | 'cancel' | null>(null);
  const items = useAll(itemsPath, { path: { product: product.key }, query: { sprint: sprint.id } }, { live: itemKinds });
  const burndown = useGet(burndownPath, { path: { sprint: sprint.id } }, { enabled: sprint.started_at !== null, live: itemKinds });
  const close = () => setAsking(null);
  const goal = may(sprint.can, 'sprint_goal');
  return (
    <>
      <Facts>
        <Fact label="State">{stateNames[sprint.state]}{sprint.state === 'active' && `, ${timeOf(sprint)}`}</Fact>
        <Fact label="Dates">{datesOf(sprint)}</Fact>
        <Fact label="Capacity">{sprint.capacity === null ? <span className="muted">Not said</span> : formatCount(sprint.capacity, 'point')}</Fact>
        <Fact label="Done">{doneOf(sprint)}</Fact>
        {sprint.started_at !== null && <Fact label="Committed at the start">{formatCount(sprint.points.committed, 'point')}</Fact>}
        {sprint.verdict !== null && <Fact label="Verdict">{verdictNames[sprint.verdict]}</Fact>}
        {sprint.verdict_note !== null && sprint.verdict_note !== '' && <Fact label={sprint.state === 'cancelled' ? 'Cancelled because' : 'Why'} wide>{sprint.verdict_note}</Fact>}
      </Facts>
      <div className="row wrap">
        {(sprint.state === 'planned' || sprint.state === 'active') && <Button icon={Pencil} allowed={anyOf(goal, may(sprint.can, 'sprint_run'))} onPress={() => setAsking('edit')}>Edit…</Button>}
        {sprint.state === 'planned' && <Button icon={Play} allowed={may(sprint.can, 'sprint_run')} onPress={() => setAsking('start')}>Start…</Button>}
        {(sprint.state === 'planned' || sprint.state === 'active') && <Button icon={CircleSlash} allowed={may(sprint.can, 'sprint_cancel')} onPress={() => setAsking('cancel')}>Cancel…</Button>}
        {sprint.state === 'planned' && <PageLink to="planning" query={{ sprint: sprint.reference }}>Planning</PageLink>}
        {sprint.state === 'active' && <PageLink to="sprint">Board</PageLink>}
      </div>
      {sprint.started_at !== null && <Section title="Burndown"><Load query={burndown} rows={3}>{(data) => <BurndownChart burndown={data} />}</Load></Section>}
      <Section title={`Items · ${sprint.items.total}`}>
        <Load query={items} rows={4}>
          {(rows) => (rows.length === 0 ? <EmptyState>Nothing is in it.</EmptyState> : (
            <ul className="sprint-items">
              {rows.map((row) => (
                <li key={row.id} className="row">
                  <span className="grow"><ObjectLink object={{ ...row, archived: false }} /></span>
                  {row.accepted && <Chip tone="done">Accepted</Chip>}
                  <span className="muted number">{row.points === null ? '–' : formatNumber(row.points)}</span>
                </li>
              ))}
            </ul>
          ))}
        </Load>
      </Section>
      {asking === 'edit' && <SprintForm sprint={sprint} sprints={[]} onClose={close} />}
      {asking === 'cancel' && <CancelDialog sprint={sprint} onClose={close} />}
      {asking === 'start' && <StartDialog sprint={sprint} onClose={close} />}
    </>
  );
}

/** What only a sprint has: its time, its contents, its verdict. */
export default function SprintPanel({ object }: SlotProps) {
  const query = useGet(sprintPath, { path: { sprint: object.reference } }, { live: itemKinds });
  return <Load query={query} rows={4}>{(sprint) => <Panel sprint={sprint} />}</Load>;
}
