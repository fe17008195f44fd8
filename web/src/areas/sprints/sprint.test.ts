import { expect, test } from 'vitest';
import type { Board, Row, Sprint } from '../../api/types';
import { type Card, deliveryOf, fitting, lastDone, nextDates, shownColumns, timeOf, waitsForAcceptance, withState } from './sprint';

const card = (id: string, state: string, rank = id) => ({ id, state, rank }) as Card;
const board = {
  columns: [
    { state: 'Backlog', category: 'backlog', wip_limit: null, rows: [] },
    { state: 'Ready', category: 'ready', wip_limit: null, rows: [card('b', 'Ready')] },
    { state: 'Doing', category: 'in_progress', wip_limit: 2, rows: [card('a', 'Doing'), card('c', 'Doing')] },
    { state: 'Cancelled', category: 'cancelled', wip_limit: null, rows: [] },
  ],
} as unknown as Board;

test('the time of a sprint is said in days', () => {
  const sprint = { starts: '2026-11-16', ends: '2026-11-27' };
  expect(timeOf(sprint, new Date(2026, 10, 14, 9))).toBe('starts in 2 days');
  expect(timeOf(sprint, new Date(2026, 10, 24, 23))).toBe('day 9 of 12, 3 days left');
  expect(timeOf(sprint, new Date(2026, 10, 27, 1))).toBe('day 12 of 12, the last day');
  expect(timeOf(sprint, new Date(2026, 10, 28))).toBe('ended 1 day ago');
});

test('what earlier sprints tell is said in words', () => {
  const told = (likelihood: number, delivered: number, left: number) => deliveryOf({ unit: 'points', not_enough: null, delivery: { likelihood, sprints: 12, delivered, left } });
  expect(told(0.377, 4, 3.6)).toBe('38\u00a0% likely to deliver all of it: of 12 earlier sprints that stood like this one, 4 did. About 4 points will be left.');
  expect(told(0.07, 0, 1.2)).toContain('none did. About 1 point will be left.');
  expect(told(0.9, 12, 0)).toMatch(/12 did\.$/);
  expect(deliveryOf({ unit: 'items', not_enough: 'Not enough history.', delivery: null })).toBe('Not enough history.');
});

test('a card goes to its column and stands there by its rank', () => {
  const moved = withState(board, card('b', 'Ready'), { name: 'Doing', category: 'in_progress' });
  expect(moved.columns.map(({ rows }) => rows.map(({ id }) => id))).toEqual([[], [], ['a', 'b', 'c'], []]);
  expect(moved.columns[2]!.rows[1]).toMatchObject({ state: 'Doing', category: 'in_progress' });
});

test('empty columns of what is not ready or cancelled are left out', () => {
  expect(shownColumns(board.columns).map(({ state }) => state)).toEqual(['Ready', 'Doing']);
});

test('reviewed and done work waits until it is accepted', () => {
  const row = (category: Row['category'], accepted: boolean) => waitsForAcceptance({ category, accepted });
  expect([row('in_review', false), row('done', false), row('done', true), row('in_progress', false)]).toEqual([true, true, false, false]);
});

test('the rows that fit are counted from the top', () => {
  const rows = [5, null, 3, 8, 1].map((points) => ({ points }));
  expect(fitting(rows, 8)).toBe(3);
  expect(fitting(rows, 4)).toBe(0);
  expect(fitting(rows, 100)).toBe(5);
});

test('the last sprints are told oldest first', () => {
  const sprint = (ends: string, done: number, state = 'closed') => ({ ends, state, points: { done } }) as Sprint;
  expect(lastDone([sprint('2026-11-13', 29), sprint('2026-10-30', 24), sprint('2026-11-27', 9, 'active'), sprint('2026-10-16', 27), sprint('2026-10-02', 1)], 3)).toEqual([27, 24, 29]);
});

test('the next sprint follows the last one and is as long', () => {
  const sprints = [{ starts: '2026-11-09', ends: '2026-11-20', state: 'active' as const }];
  expect(nextDates(sprints, new Date(2026, 10, 18))).toEqual({ starts: '2026-11-23', ends: '2026-12-04' });
  expect(nextDates([], new Date(2026, 10, 18))).toEqual({ starts: '2026-11-23', ends: '2026-12-04' });
});
