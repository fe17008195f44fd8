import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api, Problem, Waits } from '../../api/client';
import type { Activity, Row } from '../../api/types';
import { undo, useToasts } from '../../kit/toast';
import { BacklogActions } from './actions';
import { createBacklog } from './store';
import { row } from './fixtures';

/** A server with a list of rows in the order of their ranks. */
let served: Row[] = [];
let reads: Record<string, unknown>[] = [];
let away = false;
const own = { order: 'yes' };
const proposes = { order: { why: 'Bea decides', propose_to: 'Bea Kern' }, estimate: { why: 'Bea decides', propose_to: 'Bea Kern' } };
let can: object = own;
const proposed = { id: 'p', reference: 'APP-77', title: 'Move APP-3 to place 1', to: 'Bea Kern', version: 1 };

const activity = (id: string, version = 9) => ({ kind: 'story', object_id: id, reference: `APP-${id}`, version }) as Activity;
const later = (time = 5000) => vi.advanceTimersByTimeAsync(time);

beforeEach(() => {
  vi.useFakeTimers();
  served = [row('1', 'a'), row('2', 'b'), row('3', 'c')];
  reads = [];
  away = false;
  can = own;
  useToasts.setState({ toasts: [] });
  vi.spyOn(api, 'get').mockImplementation(async (_, options) => {
    const query = options?.query ?? {};
    reads.push(query);
    if (away) throw new Problem({ type: '', title: 'away', status: 0 });
    const ids = typeof query.ids === 'string' ? query.ids.split(',') : undefined;
    const rows = served.filter(({ id, category }) => (ids?.includes(id) ?? true) && (query.open !== true || category !== 'done')).toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
    return { rows, next: null, can } as never;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function opened(): Promise<BacklogActions> {
  const actions = new BacklogActions(createBacklog(), 'APP', true);
  await actions.load();
  reads = [];
  return actions;
}
const order = (actions: BacklogActions) => actions.store.getState().order;
const shown = (actions: BacklogActions, id: string) => actions.store.getState().rows.get(id);

test('the rows below an epic are read again when the epic changes, and the rows below those', async () => {
  served = [row('1', 'a', { kind: 'epic' }), row('2', 'b', { parent_id: '1', why: false }), row('3', 'c', { parent_id: '2', why: false }), row('4', 'd', { why: false })];
  const actions = await opened();
  served = served.map((one) => ({ ...one, why: true }));
  actions.heard([activity('1', 1)]);
  await later();
  expect(['2', '3', '4'].map((id) => shown(actions, id)?.why)).toEqual([true, true, false]);
});

test('changes of others wait for the hand', async () => {
  const actions = await opened();
  actions.touched();
  served[0] = row('1', 'd', { version: 2 });
  actions.heard([activity('1', 2)]);
  await later(1000);
  expect(order(actions)).toEqual(['1', '2', '3']);
  await later();
  expect(order(actions)).toEqual(['2', '3', '1']);
});

test('what changes while it is being read is read again', async () => {
  const actions = await opened();
  let answer: (() => void) | undefined;
  vi.mocked(api.get).mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => { answer = resolve });
    return { rows: [row('1', 'a', { title: 'Second', version: 2 })], next: null, can: {} } as never;
  });
  actions.heard([activity('1', 2)]);
  await later();
  served[0] = row('1', 'a', { title: 'Third', version: 3 });
  actions.heard([activity('1', 3)]);
  answer!();
  await later();
  expect(shown(actions, '1')?.title).toBe('Third');
});

test('a server that is away is asked again', async () => {
  const actions = await opened();
  served[0] = row('1', 'a', { title: 'New', version: 2 });
  away = true;
  actions.heard([activity('1', 2)]);
  await later();
  expect(shown(actions, '1')?.title).toBe('Title 1');
  away = false;
  await later();
  expect(shown(actions, '1')?.title).toBe('New');
});

test('when the order was numbered anew the whole list is read, and nothing leaves the screen meanwhile', async () => {
  const actions = await opened();
  served = [row('1', 'z'), row('3', 'y'), row('4', 'x')];
  const seen = new Set<number>();
  actions.store.subscribe(({ order: now }) => seen.add(now.length));
  actions.heard([{ kind: null, object_id: null, reference: null, version: 1 } as Activity]);
  await later();
  expect(order(actions)).toEqual(['4', '3', '1']);
  expect(seen.has(0)).toBe(false);
});

test('a move stands where the server puts it', async () => {
  const actions = await opened();
  // Somebody put row 4 to the top; this browser has not heard of it.
  vi.spyOn(api, 'put').mockResolvedValue(row('1', 'bb', { version: 2 }));
  served = [row('4', 'A'), row('2', 'b'), row('1', 'bb', { version: 2 }), row('3', 'c')];
  actions.move('1', '3');
  expect(order(actions)).toEqual(['2', '3', '1']);
  await later(0);
  expect(order(actions)).toEqual(['2', '1', '3']);
});

test('what was closed here leaves the open backlog when the hand rests', async () => {
  const actions = await opened();
  vi.spyOn(api, 'put').mockImplementation(async () => {
    served[1] = row('2', 'b', { state: 'Done', category: 'done', version: 2 });
    return served[1];
  });
  await actions.setState([shown(actions, '2')!], { name: 'Done', category: 'done', wip_limit: null });
  expect(order(actions)).toEqual(['1', '2', '3']);
  await later();
  expect(order(actions)).toEqual(['1', '3']);
});

test('the bottom is below what has not been read yet', async () => {
  const actions = await opened();
  const put = vi.spyOn(api, 'put').mockImplementation(async (_, options) => row(options?.path?.item as string, 'y', { version: 2 }));
  actions.moveToBottom([shown(actions, '1')!, shown(actions, '3')!]);
  expect(order(actions)).toEqual(['2', '1', '3']);
  await later(0);
  expect(put.mock.calls.map(([, options]) => options?.body)).toEqual([{ at: 'bottom' }, { at: 'bottom' }]);
});

test('the way back from a move outlives the page', async () => {
  const actions = await opened();
  vi.spyOn(api, 'put').mockImplementation(async () => row('1', 'cc', { version: 2 }));
  actions.move('1', '3');
  await later(0);
  actions.stop();
  expect(useToasts.getState().toasts.at(-1)?.text).toBe('APP-1 moved to rank 3');
});

test('a run of keys where the order is not one’s own is one proposal for the last place, and the order stays', async () => {
  can = proposes;
  const actions = await opened();
  const put = vi.spyOn(api, 'put').mockRejectedValue(new Waits(proposed));
  actions.move('3', '1');
  actions.move('3', null);
  expect(order(actions)).toEqual(['3', '1', '2']);
  await later(300);
  expect(put).not.toHaveBeenCalled();
  await later(1000);
  expect(put.mock.calls.map(([, options]) => options?.body)).toEqual([{ at: 'top' }]);
  expect(order(actions)).toEqual(['1', '2', '3']);
  expect(useToasts.getState().toasts.map(({ text, tone }) => [text, tone])).toEqual([['Proposed to Bea Kern: Move APP-3 to place 1', 'plain']]);
});

test('what was moved and moved back is not proposed', async () => {
  can = proposes;
  const actions = await opened();
  const put = vi.spyOn(api, 'put').mockRejectedValue(new Waits(proposed));
  actions.move('3', '1');
  actions.move('3', '2');
  await later();
  expect(put).not.toHaveBeenCalled();
});

test('several rows are one proposal, in the order they would have', async () => {
  can = proposes;
  const actions = await opened();
  const post = vi.spyOn(api, 'post').mockResolvedValue(proposed as never);
  actions.moveAfter(['2', '3'].map((id) => shown(actions, id)!), null);
  await later();
  expect(order(actions)).toEqual(['1', '2', '3']);
  await actions.estimate(['1', '2'].map((id) => shown(actions, id)!), 3);
  expect(post.mock.calls.map(([, options]) => options?.body)).toEqual([
    { changes: [{ change: 'rank_item', with: { item: '2', place: { at: 'top' } } }, { change: 'rank_item', with: { item: '3', place: { after: '2' } } }] },
    { changes: ['1', '2'].map((item) => ({ change: 'estimate_item', with: { item, points: 3 } })) },
  ]);
  expect(shown(actions, '1')?.points).not.toBe(3);
});

test('undo does not wait for the hand to rest: what was moved is proposed first', async () => {
  can = proposes;
  const actions = await opened();
  const put = vi.spyOn(api, 'put').mockRejectedValueOnce(new Waits(proposed)).mockResolvedValue({ version: 2 });
  actions.move('3', null);
  await undo();
  expect(put.mock.calls.map(([path]) => path)).toEqual(['/items/{item}/rank', '/proposals/{proposal}/withdrawal']);
});
