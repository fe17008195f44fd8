import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { ArrowDown, ArrowUp, MoveRight, Plus } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Initiative, Lane } from '../../api/types';
import {
  Button, Choose, EmptyState, formatCount, IconButton, itemKinds, Load, may, Page, toast, useCursor, useGet, useKeys, useProduct, useUrl, type MenuEntry, type Verdict,
} from '../../kit';
import { initiativesPath, moveCard } from './actions';
import { useAhead } from './ahead';
import { Card } from './Card';
import { InitiativeForm } from './InitiativeForm';
import { inOrder, lanes } from './lanes';
import { Promises } from './Promises';
import { Views } from './Views';
import './roadmap.css';

interface ColumnProps { lane: (typeof lanes)[number]; count: number; allowed: Verdict; onAdd: () => void; onDropped: (initiative: string, target: string | null, below: boolean) => void; children: ReactNode }

function Column({ lane, count, allowed, onAdd, onDropped, children }: ColumnProps) {
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
        canDrop: ({ source }) => typeof source.data.initiative === 'string',
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source, location }) => {
          setOver(false);
          const card = location.current.dropTargets.find((target) => typeof target.data.initiative === 'string');
          dropped.current(source.data.initiative as string, card ? (card.data.initiative as string) : null, card === undefined || extractClosestEdge(card.data) === 'bottom');
        },
      }),
    );
  }, []);
  return (
    <section ref={element} className={over ? 'roadmap-lane over-lane' : 'roadmap-lane'} aria-label={`${lane.name}, ${lane.means}`}>
      <div className="roadmap-lane-head">
        <h2>{lane.name}</h2><span className="muted">{lane.means}</span><span className="muted number">{count}</span>
        <span className="grow" />
        <IconButton icon={Plus} label={`New initiative in ${lane.name}`} allowed={allowed} onPress={onAdd} />
      </div>
      {count === 0 && <p className="muted roadmap-lane-none">Nothing here.</p>}
      <ol className="roadmap-cards">{children}</ol>
    </section>
  );
}

type Asking = { what: 'new'; lane: Lane } | { what: 'edit' | 'move'; initiative: Initiative };

function Roadmap({ initiatives }: { initiatives: Initiative[] }) {
  const product = useProduct();
  const allowed = may(product.can, 'roadmap');
  const [asking, setAsking] = useState<Asking | null>(null);
  const [held, setHeld] = useState<Initiative[] | null>(null);
  const anchor = useRef<Element | null>(null);
  const ordered = useMemo(() => inOrder(initiatives), [initiatives]);
  // Nothing moves under the hand: what others change waits for the end of the drag.
  const rows = held ?? ordered;
  const latest = useRef(ordered);
  useEffect(() => { latest.current = ordered });
  const onDragging = useCallback((on: boolean) => setHeld(on ? latest.current : null), []);
  const { here, go, rowProps, elementOf } = useCursor(rows, 'Roadmap');
  const { forecastOf, axis } = useAhead(rows.map(({ id }) => id));

  const board = useRef<HTMLDivElement>(null);
  const empty = rows.length === 0;
  useEffect(() => (board.current ? autoScrollForElements({ element: board.current }) : undefined), [empty]);

  const inLane = (lane: Lane) => rows.filter((row) => row.lane === lane);
  const move = (row: Initiative, lane: Lane, index: number) => {
    if (!allowed.ok) {
      toast(allowed.why ?? '');
      return;
    }
    void moveCard(product.key, rows, row, lane, index, allowed).then(() => requestAnimationFrame(() => elementOf(row.id)?.scrollIntoView({ block: 'nearest' })));
  };
  const shift = (by: 1 | -1) => {
    if (!here) return;
    const lane = inLane(here.lane);
    const to = lane.indexOf(here) + by;
    if (to >= 0 && to < lane.length) move(here, here.lane, to);
  };
  const across = (by: 1 | -1) => {
    if (!here) return;
    const from = inLane(here.lane).indexOf(here);
    const at = lanes.findIndex(({ id }) => id === here.lane);
    const onward = by < 0 ? lanes.slice(0, at).toReversed() : lanes.slice(at + 1);
    const lane = onward.map(({ id }) => inLane(id)).find((cards) => cards.length > 0);
    if (lane) go(rows.indexOf(lane[Math.min(from, lane.length - 1)]!));
  };
  const ask = (next: (row: Initiative) => Asking) => () => {
    if (!allowed.ok) toast(allowed.why ?? '');
    else if (here) {
      anchor.current = elementOf(here.id);
      setAsking(next(here));
    }
  };
  const add = (lane: Lane) => { if (allowed.ok) setAsking({ what: 'new', lane }); else toast(allowed.why ?? '') };
  const verb = (keys: string, does: string, run: () => void) => ({ keys, does, group: 'Roadmap: do', run });
  useKeys([
    { keys: 'ArrowLeft', does: 'The lane before', group: 'Roadmap: move', run: () => across(-1), quiet: true },
    { keys: 'ArrowRight', does: 'The lane after', group: 'Roadmap: move', run: () => across(1), quiet: true },
    verb('c', 'New initiative', () => add(here?.lane ?? 'later')),
    verb('e', 'Edit', ask((initiative) => ({ what: 'edit', initiative }))),
    verb('m', 'Move to…', ask((initiative) => ({ what: 'move', initiative }))),
    verb('Alt+ArrowUp', 'Move up in its lane', () => shift(-1)),
    verb('Alt+ArrowDown', 'Move down in its lane', () => shift(1)),
  ]);

  const dropped = (lane: Lane) => (id: string, target: string | null, below: boolean) => {
    const row = rows.find((one) => one.id === id);
    if (!row || target === id) return;
    const others = inLane(lane).filter((one) => one.id !== id);
    const at = target === null ? others.length : others.findIndex((one) => one.id === target) + (below ? 1 : 0);
    move(row, lane, at);
  };
  const movesOf = (row: Initiative): MenuEntry[] => {
    const lane = inLane(row.lane);
    const index = lane.indexOf(row);
    const entry = (id: string, label: string, icon: MenuEntry['icon'], run: () => void, keys?: string): MenuEntry => ({ id, label, icon, keys, allowed, onChoose: run });
    return [
      ...lanes.filter(({ id }) => id !== row.lane).map(({ id, name }) => entry(id, `To ${name}`, MoveRight, () => move(row, id, 0))),
      ...(index > 0 ? [entry('up', 'Up', ArrowUp, () => move(row, row.lane, index - 1), 'Alt+ArrowUp')] : []),
      ...(index < lane.length - 1 ? [entry('down', 'Down', ArrowDown, () => move(row, row.lane, index + 1), 'Alt+ArrowDown')] : []),
    ];
  };

  const close = () => setAsking(null);
  return (
    <Page
      title="Roadmap" note={formatCount(rows.length, 'initiative')} layout={empty ? 'wide' : 'list'} filters={<Views value="lanes" />}
      actions={<Button look="primary" keys="c" allowed={allowed} onPress={() => add(here?.lane ?? 'later')}>New initiative</Button>}
    >
      {empty ? (
        <EmptyState action={<Button allowed={allowed} onPress={() => add('now')}>Put the first initiative on it</Button>}>
          The roadmap says what is worked on now, what comes next and what later, each with the outcome it is for. An order, not a list of dates.
        </EmptyState>
      ) : (
        <div className="roadmap" ref={board}>
          {lanes.map((lane) => (
            <Column key={lane.id} lane={lane} count={inLane(lane.id).length} allowed={allowed} onAdd={() => add(lane.id)} onDropped={dropped(lane.id)}>
              {inLane(lane.id).map((row) => <Card key={row.id} initiative={row} forecast={forecastOf(row.id)} axis={axis} allowed={allowed} moves={movesOf(row)} rowProps={rowProps(row.id)} onDragging={onDragging} />)}
            </Column>
          ))}
        </div>
      )}
      {asking?.what === 'new' && <InitiativeForm lane={asking.lane} onClose={close} />}
      {asking?.what === 'edit' && <InitiativeForm initiative={asking.initiative} onClose={close} />}
      {asking?.what === 'move' && (
        <Choose
          title={`Move ${asking.initiative.reference} to…`} anchor={anchor} allowed={allowed} onClose={close}
          choices={lanes.flatMap(({ id, name }) => [{ id: `${id}:top`, label: `Top of ${name}` }, { id: `${id}:bottom`, label: `Bottom of ${name}` }])}
          onChoose={(choice) => {
            const [lane, end] = choice.split(':') as [Lane, string];
            move(asking.initiative, lane, end === 'top' ? 0 : inLane(lane).filter((row) => row.id !== asking.initiative.id).length);
          }}
        />
      )}
    </Page>
  );
}

function Lanes() {
  const product = useProduct();
  const query = useGet(
    initiativesPath, { path: { product: product.key } }, { live: ['initiative', 'objective', 'opportunity', 'feedback', ...itemKinds] },
  );
  if (query.data === undefined) return <Page title="Roadmap" filters={<Views value="lanes" />}><Load query={query} rows={8}>{() => null}</Load></Page>;
  return <Roadmap initiatives={query.data.rows} />;
}

export default function RoadmapPage() {
  return useUrl().tab === 'promises' ? <Promises /> : <Lanes />;
}
