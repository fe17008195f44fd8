import { expect, test } from 'vitest';
import type { Customer } from '../../api/types';
import { matching, sorted } from './customers';

const customer = (name: string, segment: string | null, value: number | null, feedback = 0) => ({ name, segment, value, feedback, told: 0 }) as Customer;
const all = [customer('Nordlicht', 'Enterprise', 40_000, 2), customer('Ada Ltd', null, null, 5), customer('Kern', 'Small', 90_000, 2)];
const names = (rows: Customer[]) => rows.map(({ name }) => name);

test('text goes up, numbers go down, what is missing comes last', () => {
  expect(names(sorted(all, 'name'))).toEqual(['Ada Ltd', 'Kern', 'Nordlicht']);
  expect(names(sorted(all, 'value'))).toEqual(['Kern', 'Nordlicht', 'Ada Ltd']);
  expect(names(sorted(all, 'segment'))).toEqual(['Nordlicht', 'Kern', 'Ada Ltd']);
  expect(names(sorted(all, 'feedback'))).toEqual(['Ada Ltd', 'Kern', 'Nordlicht']);
});

test('a search looks at name and segment', () => {
  expect(names(matching(all, 'ENTER'))).toEqual(['Nordlicht']);
  expect(names(matching(all, ' k'))).toEqual(['Kern']);
  expect(matching(all, '')).toBe(all);
});
