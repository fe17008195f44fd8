import { expect, test } from 'vitest';
import type { Initiative, Lane } from '../../api/types';
import { formatWindow, inOrder, placeAt, placeOf, withMove } from './lanes';

const row = (id: string, lane: Lane, rank = id) => ({ id, lane, rank }) as Initiative;
const rows = [row('a', 'now'), row('b', 'now'), row('c', 'now'), row('d', 'later')];
const shape = (all: Initiative[]) => all.map(({ id, lane }) => `${lane}:${id}`).join(' ');

test('the order is lane, then rank', () => {
  expect(shape(inOrder([row('x', 'later', 'b'), row('y', 'now', 'm'), row('z', 'later', 'a')]))).toBe('now:y later:z later:x');
});

test('a place is said by a neighbour', () => {
  expect(placeAt(rows, 'd', 'now', 0)).toEqual({ lane: 'now', before: 'a' });
  expect(placeAt(rows, 'd', 'now', 2)).toEqual({ lane: 'now', after: 'b' });
  expect(placeAt(rows, 'a', 'now', 2)).toEqual({ lane: 'now', after: 'c' });
  expect(placeAt(rows, 'a', 'next', 0)).toEqual({ lane: 'next' });
});

test('the place of a row puts it back where it stands', () => {
  expect(placeOf(rows, 'a')).toEqual({ lane: 'now', before: 'b' });
  expect(placeOf(rows, 'c')).toEqual({ lane: 'now', after: 'b' });
  expect(placeOf(rows, 'd')).toEqual({ lane: 'later' });
});

test('a move keeps everything else in its order', () => {
  expect(shape(withMove(rows, 'd', 'now', 1))).toBe('now:a now:d now:b now:c');
  expect(shape(withMove(rows, 'a', 'now', 2))).toBe('now:b now:c now:a later:d');
  expect(shape(withMove(rows, 'a', 'later', 1))).toBe('now:b now:c later:d later:a');
});

test('a window reads as a sentence part', () => {
  expect(formatWindow('2026-Q4', '2027-Q1')).toBe('Q4 2026 to Q1 2027');
  expect(formatWindow('2026-Q4', '2026-Q4')).toBe('Q4 2026');
  expect(formatWindow('2026-11', null)).toBe('from Nov 2026');
  expect(formatWindow(null, '2027-H1')).toBe('until H1 2027');
  expect(formatWindow(null, null)).toBeNull();
});
