import { expect, test } from 'vitest';
import { neighbour, standing } from './cursor';

const rows = [{ id: 'a', reference: 'APP-1' }, { id: 'a1', reference: 'APP-1' }, { id: 'b', reference: 'APP-2' }];

test('the cursor stays on its row, or takes the place of a row that has gone', () => {
  expect(standing(rows, 'b', 0)).toBe(2);
  expect(standing(rows, 'gone', 1)).toBe(1);
  expect(standing(rows, 'gone', 7)).toBe(2);
  expect(standing(rows, null, 1)).toBe(-1);
  expect(standing([], 'gone', 1)).toBe(-1);
});

test('the neighbour is about another object', () => {
  expect(neighbour(rows, 0, 1)?.id).toBe('b');
  expect(neighbour(rows, 2, -1)?.id).toBe('a1');
  expect(neighbour(rows, 2, 1)).toBeUndefined();
});
