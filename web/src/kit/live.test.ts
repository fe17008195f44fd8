import { QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Activity, Kind } from '../api/types';
import { keyOf, queries } from './data';
import { publish, publishReset } from './live';

const activity = (kind: Kind | null, id: string, version = 2) => ({ kind, object_id: kind && id, reference: kind && `APP-${id}`, version }) as Activity;

/** A part of a page that shows what was read: counts how often it is read. */
function shown(path: string, values: Record<string, string>, live?: readonly Kind[] | 'all', data: object = {}) {
  const read = vi.fn(async () => data);
  const observer = new QueryObserver(queries, { queryKey: keyOf(path, { path: values }), queryFn: read, staleTime: Number.POSITIVE_INFINITY, meta: { live } });
  const leave = observer.subscribe(() => undefined);
  return { read, leave };
}
const later = (time = 1000) => vi.advanceTimersByTimeAsync(time);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  queries.clear();
  vi.useRealTimers();
});

test('what shows the object or its kind is read again, the rest is left', async () => {
  const about = shown('/objects/{object}', { object: 'APP-1' }, undefined, { version: 1 });
  const list = shown('/products/{product}/objectives', { product: 'APP' }, ['objective']);
  const trace = shown('/objects/{object}/why', { object: 'APP-7' }, 'all');
  const other = shown('/objects/{object}/comments', { object: 'APP-7' });
  await later();
  publish([activity('story', '1')]);
  await later();
  expect([about, list, trace, other].map(({ read }) => read.mock.calls.length)).toEqual([2, 1, 2, 1]);
});

test('what is known already is not read again', async () => {
  const about = shown('/objects/{object}', { object: 'APP-1' }, 'all', { version: 2 });
  await later();
  publish([activity('story', '1', 2)]);
  await later();
  expect(about.read).toHaveBeenCalledTimes(1);
});

test('roles and workflow show in everything', async () => {
  const members = shown('/products/{product}/members', { product: 'APP' });
  await later();
  publish([activity(null, '')]);
  await later();
  expect(members.read).toHaveBeenCalledTimes(2);
});

test('what nobody looks at is read when it is next shown, even if nothing said that it changed', async () => {
  const page = shown('/products/{product}/objectives', { product: 'APP' }, ['objective']);
  await later();
  page.leave();
  publish([activity('epic', '3')]);
  await later();
  expect(page.read).toHaveBeenCalledTimes(1);
  const again = shown('/products/{product}/objectives', { product: 'APP' }, ['objective']);
  await later();
  expect(again.read).toHaveBeenCalledTimes(1);
});

test('changes that come faster than answers neither cut them off nor get lost', async () => {
  const read = vi.fn(() => new Promise((answer) => { setTimeout(() => answer({}), 400) }));
  const observer = new QueryObserver(queries, { queryKey: keyOf('/products/{product}/line', { path: { product: 'APP' } }), queryFn: read, meta: { live: ['story'] } });
  observer.subscribe(() => undefined);
  await later();
  for (let count = 0; count < 20; count += 1) {
    publish([activity('story', '1', count)]);
    await later(100);
  }
  const updates = observer.getCurrentQuery().state.dataUpdateCount;
  expect(updates).toBeGreaterThan(2);
  expect(read.mock.calls.length).toBeLessThan(10);
  await later();
  // The last change came while an answer was on its way: it is read after it.
  expect(observer.getCurrentQuery().state.dataUpdateCount).toBeGreaterThan(updates);
  expect(observer.getCurrentQuery().state.fetchStatus).toBe('idle');
});

test('after events were missed everything is read again', async () => {
  const vision = shown('/products/{product}/vision', { product: 'APP' }, ['vision']);
  await later();
  publishReset();
  await later();
  expect(vision.read).toHaveBeenCalledTimes(2);
});
