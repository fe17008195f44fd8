import { expect, test } from 'vitest';
import type { Line, LineLevel } from '../../api/types';
import { along, type Branch, curve, gapOf, outlineOf, percent, pictureOf, sibling, through } from './picture';

const levels: LineLevel[] = ['vision', 'objectives', 'opportunities', 'initiatives', 'work', 'releases', 'told'];
function line(shown: Partial<Record<LineLevel, string[]>>, edges: [string, string][]): Line {
  return {
    columns: levels.map((level) => ({ level, more: 0, stops: (shown[level] ?? []).map((id) => ({ id, reference: id, kind: 'story', title: id, state: null, category: null, note: null, count: null, archived: false })) })),
    edges: edges.map(([from, to]) => ({ from, to, relation: 'serves' })),
    coverage: {} as Line['coverage'],
  };
}
const whole = pictureOf(line(
  { vision: ['v'], objectives: ['o1', 'o2', 'o3'], initiatives: ['i1', 'i2', 'i3'], work: ['w1', 'w2', 'w3'], releases: ['r1'], told: ['r1'] },
  [['v', 'o1'], ['v', 'o2'], ['v', 'o3'], ['o2', 'i1'], ['o1', 'i2'], ['o2', 'i3'], ['i2', 'w1'], ['i1', 'w2'], ['w1', 'r1']],
));
const order = (column: number) => whole.columns[column]!.stops.map(({ key }) => key);

test('a stop stands near what it comes from, loose ends last', () => {
  expect(order(3)).toEqual(['i2', 'i1', 'i3']);
  expect(order(4)).toEqual(['w1', 'w2', 'w3']);
});

test('the line through a stop leads up and down, not to siblings', () => {
  expect([...through(whole, 'i2')].toSorted()).toEqual(['i2', 'o1', 'r1', 'told:r1', 'v', 'w1']);
  expect([...through(whole, 'w3')]).toEqual(['w3']);
});

test('the arrows follow the line and pass over columns it leaps', () => {
  expect(along(whole, 'o1', 1)).toBe('i2');
  expect(along(whole, 'o2', 1)).toBe('i1');
  expect(along(whole, 'i1', -1)).toBe('o2');
  expect(along(whole, 'r1', 1)).toBe('told:r1');
  expect(along(whole, 'told:r1', 1)).toBeUndefined();
});

test('where the line ends the arrows go on to the next column', () => {
  expect(along(whole, 'o3', 1)).toBe('i3');
  expect(along(whole, 'w3', -1)).toBe('i3');
  expect(sibling(whole, 'i2', 1)).toBe('i1');
  expect(sibling(whole, 'i2', -1)).toBeUndefined();
});

test('gaps are what no work is done for', () => {
  expect([...gapOf(whole, 'initiatives')]).toEqual(['i3']);
  expect([...gapOf(whole, 'objectives')]).toEqual(['o3']);
});

test('the outline has each stop once', () => {
  const text = ({ stop, branches }: Branch): string => (branches.length === 0 ? stop.key : `${stop.key}(${branches.map(text).join(' ')})`);
  expect(outlineOf(whole).map(({ level, branches }) => `${level}: ${branches.map(text).join(' ')}`)).toEqual([
    'vision: v(o1(i2(w1(r1(told:r1)))) o2(i1(w2) i3) o3)', 'work: w3',
  ]);
});

test('a curve starts at the right side and ends at the left side', () => {
  const measures = { width: 100, height: 40, gapX: 20, gapY: 10, top: 30 };
  expect(curve(whole.stops.get('v')!, whole.stops.get('o2')!, measures)).toBe('M100 50C110 50 110 100 120 100');
});

test('a share of nothing is none', () => {
  expect(percent({ reached: 0, total: 0 })).toBe('–');
  expect(percent({ reached: 38, total: 50 })).toBe('76 %');
});
