import { expect, test } from 'vitest';
import type { HomeEntry } from '../../api/types';
import { keyOf, placeOf, sayListed } from './entries';

const object = { id: '1', reference: 'APP-1', kind: 'initiative', title: 'Replay', state: null, category: null, archived: false } as const;
const entry = (more: Partial<HomeEntry>): HomeEntry => ({ sort: 'contradiction', object, title: 'Replay', note: '', since: '2026-11-26T08:00:00Z', version: null, blocks: 0, proposal: null, question: null, contradiction: null, drift: null, ...more });

test('two entries about one thing are two rows', () => {
  const contradicts = (rule: string) => entry({ contradiction: { rule, other: object } as unknown as HomeEntry['contradiction'] });
  expect(keyOf(contradicts('a'))).not.toBe(keyOf(contradicts('b')));
});

test('an entry leads to where it is settled', () => {
  expect(placeOf(entry({ sort: 'check_in' }))).toEqual({ to: 'objectives', query: { peek: 'APP-1' } });
  expect(placeOf(entry({ sort: 'sprint_to_close' }))).toEqual({ to: 'sprint' });
  expect(placeOf(entry({ sort: 'acceptance' }))).toBeUndefined();
});

test('what is listed is counted, and what is beyond is hinted at', () => {
  expect(sayListed([{ listed: 1, more: false }])).toBe('1 thing');
  expect(sayListed([{ listed: 20, more: true }, { listed: 3, more: false }])).toBe('23+ things');
});
