import { expect, test } from 'vitest';
import { timeTicks } from '../../kit/Chart';
import { aheadOf, amountOf, itemsOf, ordinal, paceOfProgress, placeOf, soonerOf, splitOf, trackOf, widthOf, wrongDay, wrongItems, wrongPace, likelyOn, monthsOf } from './forecast';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');
const when = (half: string | null, likely: string | null, nearly: string | null) => ({ 50: half, 70: likely, 85: likely, 95: nearly });

test('a place is an ordinal', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 112, 1002].map(ordinal)).toEqual(['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th', '1,002nd']);
  expect(placeOf({ items: 27, unsplit: 0, place: 312 })).toBe('27 items, the last is 312th in the order');
  expect(placeOf({ items: 1, unsplit: 0, place: 3 })).toBe('1 item, 3rd in the order');
});

test('the axis names years, months and days', () => {
  expect(timeTicks('2026-11-26', '2028-01-01', 5).map(({ name }) => name)).toEqual(['2027', 'Apr', 'Jul', 'Oct', '2028']);
  expect(timeTicks('2026-12-02', '2026-12-30', 4).every(({ name }) => /^\d+ Dec$/.test(name))).toBe(true);
});

test('what changes is said in days', () => {
  const [now, then] = [when('2027-04-16', '2027-07-27', null), when('2027-04-16', '2027-06-30', null)];
  expect([soonerOf(now, then), soonerOf(then, now), soonerOf(now, now)]).toEqual(['27 days sooner', '27 days later', null]);
  expect(soonerOf(now, when(null, null, null))).toBe('not within ten years, so later');
  expect(['', '10', '125'].map(wrongPace)).toEqual([undefined, undefined, undefined]);
  expect(['1', '1000', 'x', '1.5'].every((text) => wrongPace(text) !== undefined)).toBe(true);
});

test('a question that is none is said at its field', () => {
  expect(['', '1', '1000000', '0', '30..45'].map(wrongItems)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(['1', '30', '30..45'].map(itemsOf)).toEqual(['1 item', '30 items', '30 to 45 items']);
  expect(['1.5', '-3', '1e3', '99999999999', 'ten', '3..', '3..4..5'].every((text) => wrongItems(text) !== undefined)).toBe(true);
  expect(['', '2027-01-15'].map(wrongDay)).toEqual([undefined, undefined]);
  expect(wrongDay('tomorrow')).toBeDefined();
});

test('the record is said in words, and when it is too short', () => {
  expect(plain(trackOf({ forecasts: 40, true_by_85: 34 }, 15))).toBe('Of 40 past forecasts made this way, 34 came true by their 85 % date.');
  expect(plain(trackOf({ forecasts: 9, true_by_85: 8 }, 15))).toBe('Of 9 past forecasts made this way, 8 came true by their 85 % date. That is too few to say how often they do: 15 would be enough.');
  expect(plain(widthOf({ width_vs_naive: 1.352 }))).toBe('The way to the 85 % date is 1.35 times as long as with plain resampling: the price of being right more often.');
  expect(plain(widthOf({ width_vs_naive: 1 }))).toBe('The way to the 85 % date is as long as with plain resampling.');
});

test('what is not split yet is said beside what is', () => {
  expect(amountOf(3, 0)).toBe('3 open items');
  expect(amountOf(0, 1)).toBe('1 epic not split yet');
  expect(amountOf(3, 2)).toBe('3 open items and 2 epics not split yet');
  expect(placeOf({ items: 0, unsplit: 1, place: 4 })).toBe('1 epic not split yet, 4th in the order');
  expect(splitOf({ unsplit: 0, split: 6 })).toBeNull();
  expect(splitOf({ unsplit: 1, split: null })).toContain('counts as one item');
  expect(splitOf({ unsplit: 2, split: 6.04 })).toContain('about 6 items');
});

test('what comes in ahead is said in percent, where there is any', () => {
  expect(aheadOf({ ahead: 0 })).toBeNull();
  expect(aheadOf({ ahead: 0.3 })).toContain('30\u00a0%');
});

test('more at once is as much more pace at best', () => {
  expect(paceOfProgress(9, 6)).toBe(150);
  expect(paceOfProgress(1000, 6)).toBe(500);
  expect(paceOfProgress(3, 0)).toBeNull();
  expect(paceOfProgress(0, 6)).toBeNull();
});

test('each day of the calendar says how likely it is', () => {
  const dates = { 50: '2026-12-10', 70: '2026-12-12', 85: '2026-12-20', 95: null };
  expect(['2026-11-27', '2026-12-09', '2026-12-10', '2026-12-12', '2026-12-20', '2027-12-20'].map((day) => likelyOn(day, '2026-11-27', dates))).toEqual(['past', 'none', 'half', 'more', 'likely', 'likely']);
  const months = monthsOf('2026-11-27', '2027-02-03');
  expect(months.map(({ first, blank, days }) => [first, blank, days.length])).toEqual([['2026-11-01', 6, 30], ['2026-12-01', 1, 31], ['2027-01-01', 4, 31], ['2027-02-01', 0, 28]]);
  expect(months[3]?.days.at(-1)).toBe('2027-02-28');
});
