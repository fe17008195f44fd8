import { CircleSlash, Flag, Pencil, Play } from 'lucide-react';
import { useState } from 'react';
import type { Can, Sprint } from '../../api/types';
import { anyOf, Button, Chip, EmptyState, formatCount, IconButton, itemKinds, Load, may, ObjectLink, Page, PageLink, Progress, ToggleChip, useCursor, useGet, useKeys, useProduct, useSetUrl, useUrl } from '../../kit';
import { BurndownChart } from '../../kit/Chart';
import { boardPath, burndownPath, forecastPath, sprintsPath } from './actions';
import { Board } from './Board';
import { CancelDialog, CloseDialog, StartDialog } from './EndDialogs';
import { datesOf, deliveryOf, doneOf, shareDone, stateNames, timeOf, unfinishedOf, verdictNames } from './sprint';
import { SprintForm } from './SprintForm';
import './sprints.css';

const changes = [...itemKinds, 'sprint'] as const;

function useBurndown(sprint: Sprint) {
  return useGet(burndownPath, { path: { sprint: sprint.id } }, { live: changes });
}

function Verdict({ sprint }: { sprint: Sprint }) {
  if (sprint.verdict === null) return <Chip tone={sprint.state === 'active' ? 'doing' : 'plain'}>{stateNames[sprint.state]}</Chip>;
  return <Chip tone={sprint.verdict === 'met' ? 'done' : sprint.verdict === 'partly' ? 'risk' : 'blocked'}>{verdictNames[sprint.verdict]}</Chip>;
}

/** All sprints, the latest first: what each was for and whether it was reached. */
function Past({ sprints }: { sprints: Sprint[] }) {
  const { rowProps } = useCursor(sprints, 'Sprints');
  return (
    <ul className="sprint-list" aria-label="All sprints">
      {sprints.map((sprint) => (
        <li key={sprint.id} {...rowProps(sprint.id)} className="sprint-row cursor-row">
          <span className="sprint-row-name cursor-link"><ObjectLink object={{ ...sprint, kind: 'sprint', title: sprint.name, state: undefined, archived: false }} bare /></span>
          <span className="muted number sprint-row-dates">{datesOf(sprint)}</span>
          <span className="sprint-row-goal">{sprint.goal === null || sprint.goal === '' ? <span className="muted">No goal</span> : sprint.goal}{sprint.verdict_note !== null && sprint.verdict_note !== '' && <span className="muted"> · {sprint.verdict_note}</span>}</span>
          <span className="number muted">{doneOf(sprint)}</span>
          <Verdict sprint={sprint} />
        </li>
      ))}
    </ul>
  );
}

function Chart({ sprint }: { sprint: Sprint }) {
  const forecast = useGet(forecastPath, { path: { sprint: sprint.id } }, { live: changes });
  return (
    <>
      <Load query={useBurndown(sprint)} rows={4}>{(burndown) => <BurndownChart burndown={burndown} />}</Load>
      <h2 className="section-title">Will it deliver?</h2>
      <Load query={forecast} rows={1}>{(told) => <p className={told.delivery ? 'number' : 'muted'}>{deliveryOf(told)}</p>}</Load>
    </>
  );
}

/** The goal before everything else, and where it stands. */
function Goal({ sprint, onEdit }: { sprint: Sprint; onEdit: () => void }) {
  const burndown = useBurndown(sprint);
  return (
    <header className="sprint-goal">
      <div className="sprint-goal-text">
        <p className="reading">{sprint.goal === null || sprint.goal === '' ? <span className="muted">This sprint has no goal yet: nobody will know whether it was reached.</span> : sprint.goal}</p>
        <IconButton icon={Pencil} label="Edit goal, dates and capacity" keys="e" allowed={anyOf(may(sprint.can, 'sprint_goal'), may(sprint.can, 'sprint_run'))} onPress={onEdit} />
      </div>
      <div className="sprint-goal-facts number">
        <span className="sprint-progress"><Progress share={shareDone(sprint)} label={`${doneOf(sprint)} done`} /><span>{doneOf(sprint)}</span></span>
        {burndown.data && <span className="muted sprint-sentence">{burndown.data.sentence}</span>}
      </div>
    </header>
  );
}

type Asking = 'edit' | 'close' | 'cancel' | 'new' | 'start' | null;

function Running({ sprint, sprints, view }: { sprint: Sprint; sprints: Sprint[]; view: string }) {
  const [asking, setAsking] = useState<Asking>(null);
  const setUrl = useSetUrl();
  const query = useGet(boardPath, { path: { sprint: sprint.id } }, { live: changes });
  const run = may(sprint.can, 'sprint_run');
  const close = () => setAsking(null);
  useKeys([{ keys: 'e', does: 'Edit the sprint', group: 'Sprint', run: () => setAsking('edit') }]);
  return (
    <Page
      title={sprint.name} note={`${timeOf(sprint)} · ${datesOf(sprint)}`} layout={view === 'board' ? 'list' : 'wide'} filters={<Views view={view} />}
      actions={
        <>
          <Button icon={CircleSlash} look="quiet" allowed={may(sprint.can, 'sprint_cancel')} onPress={() => setAsking('cancel')}>Cancel…</Button>
          <Button icon={Flag} look="primary" allowed={run} disabled={query.data === undefined} onPress={() => setAsking('close')}>Close…</Button>
        </>
      }
    >
      {view === 'sprints' && <Past sprints={sprints} />}
      {view === 'burndown' && <div className="sprint-burndown"><Chart sprint={sprint} /></div>}
      {view === 'board' && (
        <>
          <Goal sprint={sprint} onEdit={() => setAsking('edit')} />
          <div className="sprint-body">
            <Load query={query} rows={8}>
              {(board) => (board.columns.every((column) => column.rows.length === 0)
                ? <EmptyState action={<PageLink to="planning">Plan it</PageLink>}>Nothing is in this sprint any more.</EmptyState>
                : <Board board={board} />)}
            </Load>
            <aside className="sprint-aside" aria-label="Burndown"><h2 className="section-title">Burndown</h2><Chart sprint={sprint} /></aside>
          </div>
        </>
      )}
      {asking === 'edit' && <SprintForm sprint={sprint} sprints={sprints} onClose={close} />}
      {asking === 'cancel' && <CancelDialog sprint={sprint} onClose={close} />}
      {asking === 'close' && query.data && (
        <CloseDialog
          sprint={sprint} unfinished={unfinishedOf(query.data)} sprints={sprints}
          onClosed={() => setUrl({ view: 'sprints' })} onClose={close}
        />
      )}
    </Page>
  );
}

/** Between two sprints: what is planned can be started. */
function Between({ sprints, can, view }: { sprints: Sprint[]; can: Can; view: string }) {
  const [asking, setAsking] = useState<Asking>(null);
  const next = sprints.findLast((sprint) => sprint.state === 'planned');
  const close = () => setAsking(null);
  const listed = view === 'sprints' && sprints.length > 0;
  return (
    <Page
      title="Sprint" note={next ? `${next.name} is planned` : 'None is running'} filters={sprints.length > 0 && <Views view={listed ? 'sprints' : 'board'} noBurndown />}
      actions={next ? <Button icon={Play} look="primary" allowed={may(next.can, 'sprint_run')} onPress={() => setAsking('start')}>Start {next.name}…</Button>
        : <Button look="primary" allowed={may(can, 'sprint_run')} onPress={() => setAsking('new')}>New sprint</Button>}
    >
      {listed && <Past sprints={sprints} />}
      {!listed && next && (
        <div className="card sprint-next stack">
          <p className="reading">{next.goal === null || next.goal === '' ? <span className="muted">{next.name} has no goal yet.</span> : next.goal}</p>
          <p className="muted number">{next.name} · {datesOf(next)}, {timeOf(next)} · {formatCount(next.items.total, 'item')}, {formatCount(next.points.total, 'point')}{next.capacity === null ? '' : ` of ${next.capacity}`}</p>
          <p><PageLink to="planning" query={{ sprint: next.reference }}>Go on planning it</PageLink></p>
        </div>
      )}
      {!listed && !next && (
        <EmptyState action={<Button allowed={may(can, 'sprint_run')} onPress={() => setAsking('new')}>Plan {sprints.length === 0 ? 'the first' : 'a'} sprint</Button>}>
          A sprint is a short time with one goal that the team takes on. No sprint is running.
        </EmptyState>
      )}
      {asking === 'start' && next && <StartDialog sprint={next} onClose={close} />}
      {asking === 'new' && <SprintForm sprints={sprints} onClose={close} />}
    </Page>
  );
}

function Views({ view, noBurndown }: { view: string; noBurndown?: boolean }) {
  const setUrl = useSetUrl();
  const chip = (id: string, label: string) => <ToggleChip on={view === id} onChange={() => setUrl({ view: id === 'board' ? undefined : id })}>{label}</ToggleChip>;
  return <>{chip('board', noBurndown ? 'Next' : 'Board')}{!noBurndown && chip('burndown', 'Burndown')}{chip('sprints', 'All sprints')}</>;
}

export default function SprintPage() {
  const product = useProduct();
  const { view = 'board' } = useUrl();
  const query = useGet(sprintsPath, { path: { product: product.key } }, { live: changes });
  if (query.data === undefined) return <Page title="Sprint"><Load query={query} rows={8}>{() => null}</Load></Page>;
  const { rows, can } = query.data;
  const running = rows.find((sprint) => sprint.state === 'active');
  return running ? <Running sprint={running} sprints={rows} view={view} /> : <Between sprints={rows} can={can} view={view} />;
}
