import { expect, test } from 'vitest';
import type { AudienceRow, Row } from '../../api/types';
import { audienceOf, isLate, namesOf, notAccepted, tellingsOf } from './release';

const row = (id: string, more: Partial<Row> = {}) => ({ id, accepted: false, category: 'done', ...more }) as Row;
const asked = (id: string, customer: string | null, at?: string, text = 'It is there') => ({
  feedback: { id }, customer: customer === null ? null : { id: customer, name: customer }, because: [], told: at === undefined ? null : { at, by: { id: 'p', name: 'Bea' }, text, channel: 'E-mail' },
}) as unknown as AudienceRow;

test('cancelled items do not keep a release from shipping', () => {
  expect(notAccepted([row('a'), row('b', { accepted: true }), row('c', { category: 'cancelled' })]).map(({ id }) => id)).toEqual(['a']);
});

test('those told together are one telling, the latest first', () => {
  const tellings = tellingsOf([asked('1', 'Acme', '2026-11-02T10:00:00Z'), asked('2', 'Beta', '2026-11-03T10:00:00Z', 'More'), asked('3', 'Cora', '2026-11-02T10:00:00Z'), asked('4', 'Dora')]);
  expect(tellings.map(({ text, told }) => [text, told.length])).toEqual([['More', 1], ['It is there', 2]]);
});

test('names are told once each and the rest counted', () => {
  expect(namesOf([asked('1', 'Acme'), asked('2', 'Acme'), asked('3', null)])).toBe('Acme, an unnamed customer');
  expect(namesOf(['A', 'B', 'C', 'D', 'E', 'F'].map((name) => asked(name, name)))).toBe('A, B, C, D and 2 more');
});

test('the audience is a sentence part', () => {
  expect(audienceOf({ asked: 0, told: 0 })).toBe('nobody asked for it');
  expect(audienceOf({ asked: 3, told: 1 })).toBe('1 of 3 told');
  expect(audienceOf({ asked: 3, told: 3 })).toBe('all 3 told');
});

test('a release is late on the day after', () => {
  const planned = { planned_on: '2026-11-20', shipped_at: null };
  expect(isLate(planned, new Date(2026, 10, 20, 18))).toBe(false);
  expect(isLate(planned, new Date(2026, 10, 21, 8))).toBe(true);
  expect(isLate({ ...planned, shipped_at: '2026-11-25T10:00:00Z' }, new Date(2026, 10, 28))).toBe(false);
});
