import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Board as BoardData } from '../../api/types';
import { BlockedDialog, Button, Choose, KeyHint, may, type MenuEntry, StatusGlyph, Tabs, toast, useCursor, useKeys, useNarrow, usePeek, usePeople, useProduct, useWorkflow } from '../../kit';
import { moveCard, setBlocked, useMoves } from './actions';
import { BoardCard } from './BoardCard';
import { type Card, type Column, shownColumns, waitsForAcceptance, withState } from './sprint';

function Head({ column, number }: { column: Column; number?: number }) {
  const { state, category, wip_limit: limit, rows } = column;
  const over = limit !== null && rows.length > limit;
  return (
    <>
      <StatusGlyph category={category} bare />
      <span className="cut">{state}</span>
      <span className={over ? 'board-count number over' : 'board-count number'}>
        {over && '▲ '}{rows.length}{limit !== null && `/${limit}`}<span className="only-heard">{limit === null ? ' items' : ` of at most ${limit} items${over ? ', over the limit' : ''}`}</span>
      </span>
      {number !== undefined && number <= 9 && <span className="board-number no-print"><KeyHint keys={String(number)} /></span>}
    </>
  );
}

function BoardColumn({ column, number, onDropped, children }: { column: Column; number: number; onDropped: (card: string) => void; children: ReactNode }) {
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
        canDrop: ({ source }) => typeof source.data.boardCard === 'string',
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source }) => {
          setOver(false);
          dropped.current(source.data.boardCard as string);
        },
      }),
    );
  }, []);
  return (
    <section ref={element} className={over ? 'board-column over-column' : 'board-column'} aria-label={column.state}>
      <h2 className="board-head"><Head column={column} number={number} /></h2>
      {children}
    </section>
  );
}

type Asking = { what: 'state' | 'blocked'; card: Card };

export function Board({ board }: { board: BoardData }) {
  const product = useProduct();
  const people = usePeople(product.key);
  const states = useWorkflow(product.key);
  const narrow = useNarrow();
  const { open } = usePeek();
  const allowed = may(board.sprint.can, 'progress');
  const [asking, setAsking] = useState<Asking | null>(null);
  const anchor = useRef<Element | null>(null);
  const [held, setHeld] = useState<BoardData | null>(null);
  const latest = useRef(board);
  useEffect(() => { latest.current = board });
  // Nothing moves under the hand: what others change waits for the end of the drag.
  const onDragging = useCallback((on: boolean) => setHeld(on ? latest.current : null), []);
  const moves = useMoves((state) => state.moves);
  const shown = useMemo(() => [...moves.values()].reduce((drawn, { card, to }) => withState(drawn, card, to), held ?? board), [moves, held, board]);
  const columns = useMemo(() => shownColumns(shown.columns), [shown]);
  const rows = useMemo(() => columns.flatMap((column) => column.rows), [columns]);
  const { here, go, rowProps, elementOf } = useCursor(rows, 'Board');

  const move = (card: Card | undefined, to: Pick<Column, 'state' | 'category'> | undefined) => {
    if (!card || !to) return;
    if (!allowed.ok) toast(allowed.why ?? '');
    else {
      void moveCard(card, { name: to.state, category: to.category }, allowed);
      requestAnimationFrame(() => elementOf(card.id)?.focus());
    }
  };
  const across = (by: 1 | -1) => {
    const at = columns.findIndex((column) => column.rows.some((row) => row.id === here?.id));
    if (at < 0) {
      go(0);
      return;
    }
    const from = columns[at]!.rows.findIndex((row) => row.id === here?.id);
    const onward = by < 0 ? columns.slice(0, at).toReversed() : columns.slice(at + 1);
    const next = onward.find((column) => column.rows.length > 0);
    if (next) go(rows.indexOf(next.rows[Math.min(from, next.rows.length - 1)]!));
  };
  const ask = (what: Asking['what']) => {
    if (!here) return;
    if (!allowed.ok) toast(allowed.why ?? '');
    else if (what === 'blocked' && here.blocked) void setBlocked(here, null);
    else {
      anchor.current = elementOf(here.id);
      setAsking({ what, card: here });
    }
  };
  const verb = (keys: string, does: string, run: () => void, quiet = false) => ({ keys, does, group: 'Board: do', run, quiet });
  useKeys([
    { keys: 'ArrowLeft', does: 'The column before', group: 'Board: move', run: () => across(-1), quiet: true },
    { keys: 'ArrowRight', does: 'The column after', group: 'Board: move', run: () => across(1), quiet: true },
    ...columns.slice(0, 9).map((column, index) => verb(String(index + 1), `Move to ${column.state}`, () => move(here, column), true)),
    verb('s', 'State…', () => ask('state')),
    verb('b', 'Blocked, or not any more', () => ask('blocked')),
    verb('a', 'Next to accept', () => {
      const waiting = rows.filter(waitsForAcceptance);
      const next = waiting[(waiting.findIndex((row) => row.id === here?.id) + 1) % waiting.length];
      if (!next) toast('Nothing waits for acceptance');
      else {
        go(rows.indexOf(next));
        open(next.reference);
      }
    }),
  ]);

  const movesOf = (card: Card): MenuEntry[] => columns.filter((column) => column.state !== card.state).map((column) => ({
    id: column.state, label: column.state, glyph: <StatusGlyph category={column.category} bare />, keys: String(columns.indexOf(column) + 1), allowed, onChoose: () => move(card, column),
  }));
  const content = (column: Column) => {
    const waiting = column.rows.filter(waitsForAcceptance);
    return (
      <>
        {waiting.length > 0 && (
          <Button look="quiet" keys="a" onPress={() => { go(rows.indexOf(waiting[0]!)); open(waiting[0]!.reference) }}>{waiting.length} to accept</Button>
        )}
        <ol className="board-cards">
          {column.rows.map((card) => (
            <BoardCard
              key={card.id} card={card} person={card.assignee_id === null ? null : people.get(card.assignee_id)} allowed={allowed} moves={movesOf(card)} rowProps={rowProps(card.id)} onDragging={onDragging}
            />
          ))}
        </ol>
        {column.rows.length === 0 && <p className="muted board-none">Nothing here.</p>}
      </>
    );
  };
  return (
    <>
      {narrow
        ? <div className="board-tabs"><Tabs label="Columns" tabs={columns.map((column) => ({ id: column.state, label: <span className="board-tab"><Head column={column} /></span>, content: content(column) }))} /></div>
        : (
          <div className="board">
            {columns.map((column, index) => (
              <BoardColumn key={column.state} column={column} number={index + 1} onDropped={(id) => move(rows.find((row) => row.id === id), column)}>{content(column)}</BoardColumn>
            ))}
          </div>
        )}
      {asking?.what === 'state' && (
        <Choose
          title={`State of ${asking.card.reference}`} anchor={anchor} allowed={allowed} selected={asking.card.state} onClose={() => setAsking(null)}
          choices={states.map(({ name, category }) => ({ id: name, label: name, icon: <StatusGlyph category={category} bare /> }))}
          onChoose={(name) => {
            const state = states.find((one) => one.name === name);
            move(asking.card, state && { state: state.name, category: state.category });
          }}
        />
      )}
      {asking?.what === 'blocked' && <BlockedDialog about={asking.card.reference} onClose={() => setAsking(null)} onBlocked={(reason) => void setBlocked(asking.card, reason)} />}
    </>
  );
}
