import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { ArrowLeft, ArrowRight, Pencil, Play } from 'lucide-react';
import { type HTMLAttributes, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Can, Person, Row, Sprint } from '../../api/types';
import {
  anyOf, Button, Chip, decides, EmptyState, formatCount, formatNumber, hasNoWhy, IconButton, itemKinds, Load, may, More, neighbour, ObjectLink, Page, permitted, PersonBadge, Progress, Select, toast, useCursor, useAll, useGet, useKeys, useNarrow, usePages, usePeople,
  useProduct, useSetUrl, useUrl, type Verdict,
} from '../../kit';
import { itemsPath, plan, sprintsPath } from './actions';
import { StartDialog } from './EndDialogs';
import { datesOf, fitting, lastDone, pointsOf, timeOf } from './sprint';
import { SprintForm } from './SprintForm';
import './sprints.css';

/** As much of the backlog's top as a planning looks at, and as much again for each asking. */
const piece = 100;

interface RowProps { row: Row; into: boolean; person: Person | null | undefined; allowed: Verdict; rowProps: HTMLAttributes<HTMLElement>; onMove: () => void }

function PlanRow({ row, into, person, allowed, rowProps, onMove }: RowProps) {
  const element = useRef<HTMLLIElement>(null);
  const narrow = useNarrow();
  const may = useRef({ narrow, allowed });
  useEffect(() => { may.current = { narrow, allowed } });
  const from = into ? 'backlog' : 'sprint';
  useEffect(() => (element.current ? draggable({ element: element.current, canDrag: () => !may.current.narrow && permitted(may.current.allowed), getInitialData: () => ({ planned: row.id, from }) }) : undefined), [row.id, from]);
  return (
    <li ref={element} {...rowProps} className="plan-row cursor-row">
      <span className="plan-row-title cursor-link"><ObjectLink object={{ ...row, archived: false }} draggable={false} /></span>
      {row.blocked && <Chip tone="blocked">▮ Blocked</Chip>}
      {row.category === 'backlog' && <Chip>Not ready</Chip>}
      {hasNoWhy(row) && <Chip tone="risk">▲ No why</Chip>}
      <span className="plan-row-points number">{row.points === null ? <span title="No estimate">–</span> : formatNumber(row.points)}</span>
      <span className="plan-row-who"><PersonBadge person={person} /></span>
      <span className="cursor-over no-print"><IconButton icon={into ? ArrowRight : ArrowLeft} label={into ? `${row.reference} into the sprint` : `${row.reference} out of the sprint`} keys={into ? 'i' : 'o'} allowed={allowed} onPress={onMove} /></span>
    </li>
  );
}

function Pane({ label, accepts, head, onDropped, children }: { label: string; accepts: 'backlog' | 'sprint'; head: ReactNode; onDropped: (id: string) => void; children: ReactNode }) {
  const element = useRef<HTMLElement>(null);
  const [over, setOver] = useState(false);
  const dropped = useRef(onDropped);
  useEffect(() => { dropped.current = onDropped });
  useEffect(() => {
    if (!element.current) return undefined;
    return combine(
      autoScrollForElements({ element: element.current }),
      dropTargetForElements({
        element: element.current,
        canDrop: ({ source }) => typeof source.data.planned === 'string' && source.data.from === accepts,
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source }) => {
          setOver(false);
          dropped.current(source.data.planned as string);
        },
      }),
    );
  }, [accepts]);
  return (
    <section ref={element} className={over ? 'plan-pane over-pane' : 'plan-pane'} aria-label={label}>
      <div className="plan-head">{head}</div>
      {children}
    </section>
  );
}

function Capacity({ sprint, rows, last }: { sprint: Sprint; rows: Row[]; last: number[] }) {
  const points = pointsOf(rows);
  const unknown = rows.filter((row) => row.points === null).length;
  const { capacity } = sprint;
  const over = capacity !== null && points > capacity;
  return (
    <div className="plan-capacity number">
      {capacity !== null && capacity > 0 && <Progress share={Math.min(1, points / capacity)} label={`${formatNumber(points)} of ${formatNumber(capacity)} points`} />}
      <p>
        <strong>{capacity === null ? formatCount(points, 'point') : `${formatNumber(points)} of ${formatCount(capacity, 'point')}`}</strong>
        <span className="muted"> · {formatCount(rows.length, 'item')}{last.length > 0 && ` · finished lately: ${last.map(formatNumber).join(', ')}`}</span>
      </p>
      {(over || unknown > 0) && (
        <p className="row wrap">
          {over && <Chip tone="risk">▲ {formatCount(points - capacity, 'point')} over capacity</Chip>}
          {unknown > 0 && <Chip tone="risk">▲ {formatNumber(unknown)} without an estimate</Chip>}
        </p>
      )}
    </div>
  );
}

interface PlanningProps { sprint: Sprint; sprints: Sprint[]; choose: ReactNode; onNew: () => void; newAllowed: Verdict }

function Planning({ sprint, sprints, choose, onNew, newAllowed }: PlanningProps) {
  const product = useProduct();
  const people = usePeople(product.key);
  const [asking, setAsking] = useState<'edit' | 'start' | null>(null);
  const path = { product: product.key };
  const live = itemKinds;
  const backlog = usePages(itemsPath, { path, query: { open: true, kind: 'story,bug,task,spike', limit: piece } }, { live });
  const inside = useAll(itemsPath, { path, query: { sprint: sprint.id } }, { live });
  const top = useMemo(() => backlog.data?.filter((row) => row.sprint_id === null) ?? [], [backlog.data]);
  const rows = useMemo(() => inside.data ?? [], [inside.data]);
  const both = useMemo(() => [...top, ...rows], [top, rows]);
  const { here, at, go, rowProps } = useCursor(both, 'Planning');
  const scope = may(sprint.can, 'sprint_scope');
  const room = sprint.capacity === null ? null : sprint.capacity - pointsOf(rows);
  const fit = room === null ? null : fitting(top, room);

  const move = (id: string | undefined, into: boolean) => {
    const pane = into ? top : rows;
    const row = pane.find((one) => one.id === id);
    if (!row) return;
    if (!scope.ok) {
      toast(scope.why ?? '');
      return;
    }
    // The item goes to the other pane, the cursor stays in this one: on what comes after it. What is only proposed stays.
    const next = neighbour(pane, pane.indexOf(row), 1) ?? neighbour(pane, pane.indexOf(row), -1);
    if (here?.id === id && next && decides(scope)) go(both.findIndex((one) => one.id === next.id));
    void plan([row], into ? sprint : null, scope);
  };
  // Each pane remembers where the cursor stood in it.
  const stood = useRef<{ backlog?: string; sprint?: string }>({});
  useEffect(() => { if (here) stood.current[at < top.length ? 'backlog' : 'sprint'] = here.id });
  const across = (pane: Row[], last: string | undefined) => {
    const row = pane.find((one) => one.id === last) ?? pane[0];
    if (row) go(both.indexOf(row));
  };
  useKeys([
    { keys: 'ArrowLeft', does: 'To the backlog', group: 'Planning: move', run: () => { if (at >= top.length) across(top, stood.current.backlog) }, quiet: true },
    { keys: 'ArrowRight', does: 'To the sprint', group: 'Planning: move', run: () => { if (at < top.length) across(rows, stood.current.sprint) }, quiet: true },
    { keys: 'i', does: 'Into the sprint', group: 'Planning: do', run: () => move(here?.id, true) },
    { keys: 'o', does: 'Out of the sprint', group: 'Planning: do', run: () => move(here?.id, false) },
    { keys: 'e', does: 'Edit the sprint', group: 'Planning: do', run: () => setAsking('edit') },
    { keys: 'c', does: 'New sprint', group: 'Planning: do', run: onNew },
  ]);
  const shown = (row: Row, into: boolean) => (
    <PlanRow
      key={row.id} row={row} into={into} allowed={scope} person={row.assignee_id === null ? null : people.get(row.assignee_id)} rowProps={rowProps(row.id)} onMove={() => move(row.id, into)}
    />
  );
  return (
    <Page
      title="Planning" layout="list" filters={choose}
      actions={
        <>
          <Button keys="c" allowed={newAllowed} onPress={onNew}>New sprint</Button>
          {sprint.state === 'planned' && <Button icon={Play} look="primary" allowed={may(sprint.can, 'sprint_run')} disabled={rows.length === 0} onPress={() => setAsking('start')}>Start…</Button>}
        </>
      }
    >
      <div className="plan">
        <Pane label="Backlog" accepts="sprint" onDropped={(id) => move(id, false)} head={<div className="row between"><h2>Backlog, from the top</h2><span className="muted">I into the sprint · O out</span></div>}>
          <Load query={backlog} rows={8}>
            {() => (
              <>
                {top.length === 0 && !backlog.hasNextPage && <EmptyState>Everything open is in a sprint already, or there is nothing in the backlog.</EmptyState>}
                <ol>
                  {top.slice(0, fit ?? top.length).map((row) => shown(row, true))}
                  {fit !== null && top.length > 0 && <li className="plan-line number">{fit === 0 ? 'No room is left' : `${formatCount(room ?? 0, 'point')} of room: it reaches to here`}</li>}
                  {fit !== null && top.slice(fit).map((row) => shown(row, true))}
                </ol>
                <div className="plan-more"><More pages={backlog} label={`Show ${piece} more`} /></div>
              </>
            )}
          </Load>
        </Pane>
        <Pane
          label={sprint.name} accepts="backlog" onDropped={(id) => move(id, true)}
          head={
            <>
              <div className="row between">
                <h2>{sprint.name} <span className="muted plan-dates">{datesOf(sprint)}, {timeOf(sprint)}</span></h2>
                <IconButton icon={Pencil} label="Edit goal, dates and capacity" keys="e" allowed={anyOf(may(sprint.can, 'sprint_goal'), may(sprint.can, 'sprint_run'))} onPress={() => setAsking('edit')} />
              </div>
              <p className="reading">{sprint.goal === null || sprint.goal === '' ? <span className="muted">No goal yet. What is this sprint for?</span> : sprint.goal}</p>
              <Capacity sprint={sprint} rows={rows} last={lastDone(sprints, 3)} />
            </>
          }
        >
          <Load query={inside} rows={6}>
            {() => (rows.length === 0 ? <EmptyState>Nothing is in it yet. Press I on an item of the backlog, use its arrow, or drag it here.</EmptyState> : <ol>{rows.map((row) => shown(row, false))}</ol>)}
          </Load>
        </Pane>
      </div>
      {asking === 'edit' && <SprintForm sprint={sprint} sprints={sprints} onClose={() => setAsking(null)} />}
      {asking === 'start' && <StartDialog sprint={sprint} onClose={() => setAsking(null)} />}
    </Page>
  );
}

function Chosen({ sprints, can }: { sprints: Sprint[]; can: Can }) {
  const { sprint: wanted } = useUrl();
  const setUrl = useSetUrl();
  const [asking, setAsking] = useState(false);
  const allowed = may(can, 'sprint_run');
  const open = sprints.filter((sprint) => sprint.state === 'planned' || sprint.state === 'active').toReversed();
  const sprint = open.find((one) => one.reference === wanted) ?? open.find((one) => one.state === 'planned') ?? open[0];
  const add = () => { if (allowed.ok) setAsking(true); else toast(allowed.why ?? '') };
  return (
    <>
      {sprint ? (
        <Planning
          key={sprint.id} sprint={sprint} sprints={sprints} onNew={add} newAllowed={allowed}
          choose={open.length > 1 && <Select label="Sprint" hideLabel value={sprint.reference} onChange={(reference) => setUrl({ sprint: reference })} options={open.map((one) => ({ id: one.reference, label: one.state === 'active' ? `${one.name}, running` : one.name }))} />}
        />
      ) : (
        <Page title="Planning">
          <EmptyState action={<Button look="primary" allowed={allowed} onPress={add}>Plan {sprints.length === 0 ? 'the first' : 'the next'} sprint</Button>}>
            Planning brings the top of the backlog and what the team can take on together: first the goal, then what it needs.
          </EmptyState>
        </Page>
      )}
      {asking && <SprintForm sprints={sprints} onClose={() => setAsking(false)} onSaved={(made) => setUrl({ sprint: made.reference })} />}
    </>
  );
}

export default function PlanningPage() {
  const product = useProduct();
  const query = useGet(sprintsPath, { path: { product: product.key } }, { live: [...itemKinds, 'sprint'] });
  if (query.data === undefined) return <Page title="Planning"><Load query={query} rows={8}>{() => null}</Load></Page>;
  return <Chosen sprints={query.data.rows} can={query.data.can} />;
}
