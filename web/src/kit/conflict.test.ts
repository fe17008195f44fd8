import { expect, test } from 'vitest';
import { differences, touched } from './Conflict';

const stale = (current: unknown, yours: unknown) => ({ type: '/problems/stale', title: 'Changed meanwhile', status: 412, current: current ?? undefined, yours: yours ?? undefined });

test('both versions of what differs and can be read', () => {
  const said = differences(stale({ title: 'Hers', points: null, customer: { id: '1' }, same: 'x' }, { title: 'Mine', points: 3, customer: '1', same: 'x', unknown: 'y' }));
  expect(said).toEqual([{ name: 'Title', theirs: 'Hers', mine: 'Mine' }, { name: 'Points', theirs: '', mine: '3' }]);
});

test('a change beside the text is no conflict of the text', () => {
  expect(touched(stale({ title: 'As it was', points: 5 }, { title: 'Mine' }), 'As it was')).toBe(false);
  expect(touched(stale({ title: 'Hers' }, { title: 'Mine' }), 'As it was')).toBe(true);
  expect(touched(stale({ blocked_reason: null }, { blocked_reason: 'Mine' }), '')).toBe(false);
  expect(touched(stale(null, { title: 'Mine' }), 'As it was')).toBe(true);
});
