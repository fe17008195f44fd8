import { expect, test } from 'vitest';
import type { Stub } from '../../api/types';
import { isOverdue, likelyBy } from './promises';

test('a promise is overdue once its last day is over, as long as it is open', () => {
  const [before, after] = [new Date('2026-03-31T12:00:00'), new Date('2026-04-01T00:00:01')];
  expect(isOverdue({ state: 'open', due_on: '2026-03-31' }, before)).toBe(false);
  expect(isOverdue({ state: 'open', due_on: '2026-03-31' }, after)).toBe(true);
  expect(isOverdue({ state: 'kept', due_on: '2026-03-31' }, after)).toBe(false);
  expect(isOverdue({ state: 'open', due_on: null }, after)).toBe(false);
});

test('what is likely is said of all that a promise is about, or of nothing', () => {
  const about = (...ids: string[]) => ids.map((id) => ({ id }) as Stub);
  const ahead = new Map([['a', { when: { 85: '2026-05-01' } }], ['b', { when: { 85: '2026-06-01' } }], ['c', { when: null }]]) as unknown as Parameters<typeof likelyBy>[1];
  expect(likelyBy({ state: 'open', about: about('a', 'b') }, ahead)).toBe('2026-06-01');
  for (const ids of [['a', 'c'], ['c', 'a'], ['a', 'unknown'], []]) expect(likelyBy({ state: 'open', about: about(...ids) }, ahead)).toBeNull();
  expect(likelyBy({ state: 'kept', about: about('a') }, ahead)).toBeNull();
  expect(likelyBy({ state: 'open', about: about('a') }, undefined)).toBeNull();
});
