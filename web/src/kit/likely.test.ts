import { expect, test } from 'vitest';
import type { Thing } from '../api/types';
import { formatLikelihood, isUnlikely } from './format';
import { along, axisOf, barOf, dateAt, plannedOf, whenOf } from './likely';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');
const when = (half: string | null, likely: string | null, nearly: string | null) => ({ 50: half, 70: likely, 85: likely, 95: nearly });
const thing = (more: Partial<Thing> = {}) => ({ items: 27, place: 312, planned: null, likelihood: null, when: when('2097-04-16', '2097-07-27', '2097-12-21'), ...more }) as Thing & { when: NonNullable<Thing['when']> };

test('no likelihood is said to be certain or impossible', () => {
  expect([0, 0.004, 0.0811, 0.5, 0.994, 0.995, 1].map((likelihood) => plain(formatLikelihood(likelihood)))).toEqual(['under 1 %', 'under 1 %', '8 %', '50 %', '99 %', 'over 99 %', 'over 99 %']);
});

test('dates are said with their likelihood, and what lies too far ahead too', () => {
  expect(plain(whenOf(thing().when))).toBe('half likely by 16 Apr 2097, 85 % likely by 27 Jul 2097');
  expect(plain(whenOf(when('2097-04-16', null, null)))).toBe('half likely by 16 Apr 2097, 85 % likely in more than ten years');
  expect(whenOf(when(null, null, null))).toBe('not even half likely within ten years');
  expect(barOf(thing({ when: when(null, null, null) }))).toBe('Not even half likely within ten years.');
  expect(plain(barOf(thing({ planned: '2097-01-31', likelihood: 0.08 })))).toBe('Half likely by 16 Apr 2097, 85 % likely by 27 Jul 2097, 95 % likely by 21 Dec 2097. Planned: 8 % by 31 Jan 2097.');
});

test('a planned day is unlikely below one half', () => {
  expect(plain(plannedOf(thing({ planned: '2097-01-31', likelihood: 0.0811 })))).toBe('8 % by 31 Jan 2097');
  expect(plannedOf(thing())).toBeNull();
  expect([0.49, 0.5, null].map((likelihood) => isUnlikely(likelihood))).toEqual([true, false, false]);
});

test('the axis holds all bars as long as none makes the others small', () => {
  const near = thing({ when: when('2027-01-10', '2027-02-01', '2027-03-01') });
  expect(dateAt(axisOf('2027-01-01', [near]).to)).toBe('2027-03-02');
  // What is nearly certain only after years is cut off at twice the last 85 % date.
  const wide = thing({ when: when('2027-01-10', '2027-02-01', '2034-01-01') });
  expect(dateAt(axisOf('2027-01-01', [near, wide]).to)).toBe('2027-03-05');
  // So is a planned day, and what has no date at all does not count.
  expect(dateAt(axisOf('2027-01-01', [near, thing({ planned: '2040-01-01', when: when(null, null, null) })]).to)).toBe('2027-03-05');
  // So is one that lies far behind the others.
  const far = thing({ when: when('2030-01-01', '2034-01-01', null) });
  const axis = axisOf('2027-01-01', [near, near, near, near, far]);
  expect(dateAt(axis.to) < '2027-05-01').toBe(true);
  expect(along(axis, far.when['50'])).toBe(1);
  // Nothing to show still has an axis.
  expect(dateAt(axisOf('2027-01-01', []).to)).toBe('2027-01-30');
});

test('a date has a place on the axis, what lies outside is at its ends', () => {
  const axis = { from: 100, to: 200 };
  expect([dateAt(150), dateAt(100), dateAt(50), dateAt(900), null].map((date) => along(axis, date))).toEqual([0.5, 0, 0, 1, 1]);
});
