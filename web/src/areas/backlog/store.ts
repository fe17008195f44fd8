import { createContext, useContext } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { Can, Row } from '../../api/types';
import { hasNoWhy } from '../../kit';

export interface Filter { text: string; state: string; assignee: string; kind: string; noWhy: boolean }
export const noFilter: Filter = { text: '', state: '', assignee: '', kind: '', noWhy: false };
export const nobody = 'nobody';

/**
 * The whole list. `rows` is one map changed in place, each row object is replaced: a row on screen listens to its own
 * row and its own booleans, so a key press redraws two rows and not the list.
 */
export interface Backlog {
  rows: Map<string, Row>;
  /** Ids by rank. */
  order: string[];
  /** How many of them should have a reason and have none. */
  noWhy: number;
  /** The order seen through the filter. */
  visible: string[];
  filter: Filter;
  cursor: string | null;
  selected: ReadonlySet<string>;
  loading: 'first' | 'rest' | 'none';
  problem: unknown;
  can: Can;
  /** Counted up at every change of `rows`, which is why selectors run again. */
  revision: number;
  /** Rows that others moved into place above what is on screen. */
  movedAbove: number;
  /** Counted up when the order was changed by others and not by this hand. */
  othersMoved: number;
}

export type BacklogStore = StoreApi<Backlog>;

export function createBacklog(): BacklogStore {
  return createStore<Backlog>(() => ({
    rows: new Map(), order: [], noWhy: 0, visible: [], filter: noFilter, cursor: null, selected: new Set(),
    loading: 'first', problem: null, can: {}, revision: 0, movedAbove: 0, othersMoved: 0,
  }));
}

export const BacklogContext = createContext<BacklogStore | null>(null);

export function useBacklogStore(): BacklogStore {
  const store = useContext(BacklogContext);
  if (!store) throw new Error('outside the backlog');
  return store;
}

export function useBacklog<T>(select: (backlog: Backlog) => T): T {
  return useStore(useBacklogStore(), select);
}

function matches(row: Row, { text, state, assignee, kind, noWhy }: Filter): boolean {
  if (state !== '' && row.state !== state) return false;
  if (kind !== '' && row.kind !== kind) return false;
  if (assignee !== '' && (row.assignee_id ?? nobody) !== assignee) return false;
  if (noWhy && !hasNoWhy(row)) return false;
  return text === '' || row.title.toLowerCase().includes(text) || row.reference.toLowerCase().startsWith(text) || (row.epic?.toLowerCase().includes(text) ?? false);
}

export function isFiltered({ text, state, assignee, kind, noWhy }: Filter): boolean {
  return noWhy || [text, state, assignee, kind].some((value) => value !== '');
}

function seen(rows: Map<string, Row>, order: string[], filter: Filter): string[] {
  return isFiltered(filter) ? order.filter((id) => matches(rows.get(id)!, filter)) : order;
}

/** Puts a row in place of what was known of it, or takes one out; counts what has no why. */
function put(store: BacklogStore, id: string, row: Row | undefined): void {
  const state = store.getState();
  const gap = (one: Row | undefined) => (one && hasNoWhy(one) ? 1 : 0);
  // Told with the rest by `publish`.
  state.noWhy += gap(row) - gap(state.rows.get(id));
  if (row) state.rows.set(id, row);
  else state.rows.delete(id);
}

/** The list as it was, where it says the same: what looks at it is not drawn again. */
function asItWas(before: string[], now: string[]): string[] {
  const same = now === before || (now.length === before.length && now.every((id, index) => id === before[index]));
  return same ? before : now;
}

/** Publishes a change of rows, order or filter. */
function publish(store: BacklogStore, changes: Partial<Backlog> = {}): void {
  store.setState((before) => {
    const order = asItWas(before.order, changes.order ?? before.order);
    const visible = asItWas(before.visible, seen(before.rows, order, changes.filter ?? before.filter));
    return { ...changes, order, visible, revision: before.revision + 1 };
  });
}

export function setFilter(store: BacklogStore, filter: Filter): void {
  publish(store, { filter: { ...filter, text: filter.text.trim().toLowerCase() } });
  const { cursor, visible } = store.getState();
  if (cursor === null || !visible.includes(cursor)) store.setState({ cursor: visible[0] ?? null });
}

/** Adds a page that was read, in the server's order. Rows that moved or were made meanwhile find their place by it. */
export function append(store: BacklogStore, page: Row[], can: Can, moving: ReadonlySet<string> = new Set()): void {
  const { rows, order, cursor } = store.getState();
  const placed = new Set(page.filter((row) => !rows.has(row.id) || !moving.has(row.id)).map((row) => row.id));
  const kept = page.some((row) => rows.has(row.id)) ? order.filter((id) => !placed.has(id)) : order;
  for (const row of page) put(store, row.id, row);
  publish(store, { order: [...kept, ...placed], can });
  if (cursor === null) store.setState(({ visible }) => ({ cursor: visible[0] ?? null }));
}

/** Changes some values of a row on screen. */
export function patch(store: BacklogStore, id: string, changes: Partial<Row>): void {
  const { rows } = store.getState();
  const row = rows.get(id);
  if (!row) return;
  put(store, id, { ...row, ...changes });
  publish(store);
}

/** The order with `id` right after another one, or first. */
export function withPlace(order: string[], id: string, after: string | null): string[] {
  const rest = order.filter((other) => other !== id);
  rest.splice(after === null ? 0 : rest.indexOf(after) + 1, 0, id);
  return rest;
}

export function place(store: BacklogStore, id: string, after: string | null): void {
  publish(store, { order: withPlace(store.getState().order, id, after) });
}

/** What stands before a gap between the rows on screen, so that a move in a filtered list lands where it was dropped. */
export function afterGap(store: BacklogStore, gap: number, moved: ReadonlySet<string>): string | null {
  const { visible } = store.getState();
  const above = visible.slice(0, gap).findLast((id) => !moved.has(id));
  if (above !== undefined) return above;
  const below = visible.slice(gap).find((id) => !moved.has(id));
  return below === undefined ? null : before(store, below);
}

export function before(store: BacklogStore, id: string): string | null {
  const { order } = store.getState();
  return order[order.indexOf(id) - 1] ?? null;
}

/**
 * Takes in rows as the server has them now, and drops those that have gone. `moving` are rows whose own move has not
 * been answered yet: they stay where the hand put them.
 */
export function merge(store: BacklogStore, fresh: Row[], gone: string[], moving: ReadonlySet<string>, byOthers = true): void {
  const { rows, order, othersMoved } = store.getState();
  const moved = fresh.filter((row) => !moving.has(row.id) && rows.get(row.id)?.rank !== row.rank);
  for (const row of fresh) put(store, row.id, row);
  const out = new Set([...gone, ...moved.map((row) => row.id)]);
  for (const id of gone) put(store, id, undefined);
  const next = out.size === 0 ? order : order.filter((id) => !out.has(id));
  for (const row of moved) {
    const at = next.findIndex((id) => {
      const other = rows.get(id)!;
      return !moving.has(id) && (other.rank > row.rank || (other.rank === row.rank && other.id > row.id));
    });
    next.splice(at < 0 ? next.length : at, 0, row.id);
  }
  publish(store, { order: next, othersMoved: byOthers ? othersMoved + 1 : othersMoved });
  const { cursor, visible, selected } = store.getState();
  const left = gone.length === 0 ? selected : new Set([...selected].filter((id) => rows.has(id)));
  const lost = cursor !== null && !rows.has(cursor);
  store.setState({ selected: left, cursor: lost ? (visible[Math.min(order.indexOf(cursor), visible.length - 1)] ?? null) : cursor });
}

export function select(store: BacklogStore, ids: Iterable<string>): void {
  store.setState({ selected: new Set(ids) });
}

export function toggle(store: BacklogStore, id: string): void {
  const selected = new Set(store.getState().selected);
  if (!selected.delete(id)) selected.add(id);
  store.setState({ selected });
}

/** The rows an action is about: the selected ones in order, else the one under the cursor. */
export function targets(store: BacklogStore): Row[] {
  const { rows, visible, selected, cursor } = store.getState();
  const ids = selected.size > 0 ? visible.filter((id) => selected.has(id)) : cursor === null ? [] : [cursor];
  return ids.flatMap((id) => rows.get(id) ?? []);
}
