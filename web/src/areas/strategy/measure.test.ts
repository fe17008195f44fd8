import { expect, test } from 'vitest';
import type { CheckIn, KeyResult, Objective } from '../../api/types';
import { byPeriod, formatValue, healthOf, longestUnread, readings, shareOf, shareOfObjective } from './measure';

test.each([
  [118, 40, 86, 32 / 78], [0, 10, 12, 1], [10, 20, 5, 0], [5, 5, 5, 1], [5, 5, 4, 0],
])('from %d to %d, at %d', (baseline, target, current, share) => expect(shareOf({ baseline, target, current })).toBeCloseTo(share));

test('an objective without key results has no progress', () => {
  expect(shareOfObjective({ key_results: [] })).toBeNull();
  const results = [{ baseline: 0, target: 10, current: 5 }, { baseline: 0, target: 1, current: 1 }] as KeyResult[];
  expect(shareOfObjective({ key_results: results })).toBe(0.75);
});

test('health follows confidence', () => expect([null, 0, 3, 4, 6, 7, 10].map(healthOf)).toEqual(['unknown', 'off', 'off', 'risk', 'risk', 'on', 'on']));

test('values read in their unit', () => {
  expect(formatValue(31.5, 'percent')).toBe('31.5 %');
  expect(formatValue(12_000, 'currency')).toBe('12,000');
  expect([0, 1].map((value) => formatValue(value, 'yes_no'))).toEqual(['not yet', 'yes']);
});

test('readings start at the baseline, oldest first', () => {
  const history = [{ at: '2026-11-10T00:00:00Z', value: 86 }, { at: '2026-10-01T00:00:00Z', value: 100 }] as CheckIn[];
  expect(readings({ baseline: 118, history })).toEqual([118, 100, 86]);
});

test('periods stand latest first, none last, active objectives before closed ones', () => {
  const objective = (id: string, period: string | null, status: Objective['status'] = 'active') => ({ id, period, status }) as Objective;
  const groups = byPeriod([objective('a', null), objective('b', '2026-Q3'), objective('c', '2026-Q4', 'dropped'), objective('d', '2026-Q4')]);
  expect(groups.map(({ period, objectives }) => [period, objectives.map(({ id }) => id)])).toEqual([['2026-Q4', ['d', 'c']], ['2026-Q3', ['b']], ['', ['a']]]);
});

test('the key result that was read longest ago comes first, one that never was before all', () => {
  const read = (...days: string[]) => ({ history: days.map((at) => ({ at })) as KeyResult['history'] });
  const [often, once, never] = [read('2026-01-01', '2026-03-01'), read('2026-02-01'), read()];
  expect(longestUnread([often, once])).toBe(once);
  expect(longestUnread([often, once, never])).toBe(never);
  expect(longestUnread([])).toBeUndefined();
});
