import { expect, test } from 'vitest';
import { isOverdue } from './promises';

test('a promise is overdue once its last day is over, as long as it is open', () => {
  const [before, after] = [new Date('2026-03-31T12:00:00'), new Date('2026-04-01T00:00:01')];
  expect(isOverdue({ state: 'open', due_on: '2026-03-31' }, before)).toBe(false);
  expect(isOverdue({ state: 'open', due_on: '2026-03-31' }, after)).toBe(true);
  expect(isOverdue({ state: 'kept', due_on: '2026-03-31' }, after)).toBe(false);
  expect(isOverdue({ state: 'open', due_on: null }, after)).toBe(false);
});
