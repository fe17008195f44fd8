import { expect, test } from 'vitest';
import { formatPeriod, parsePeriod } from './period';

test.each([
  ['Q4 2026', '2026-Q4'], ['2026 q4', '2026-Q4'], ['2026-Q4', '2026-Q4'], ['H2/2026', '2026-H2'],
  ['November 2026', '2026-11'], ['nov 2026', '2026-11'], ['2026-3', '2026-03'], ['3/2026', '2026-03'],
  ['2026', '2026'], ['when it is ready', 'when it is ready'], ['2026-13', '2026-13'], ['', ''],
])('%s is %s', (text, period) => expect(parsePeriod(text)).toBe(period));

test.each([['2026-Q4', 'Q4 2026'], ['2026-H1', 'H1 2026'], ['2026-11', 'Nov 2026'], ['2026', '2026'], ['soon', 'soon']])('%s reads %s', (period, text) => expect(formatPeriod(period)).toBe(text));
