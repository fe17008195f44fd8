import { expect, test } from 'vitest';
import type { Kind, Line, LineLevel, LineStop } from '../../api/types';
import { along, type Branch, curve, idleOf, lineOfThread, narrowed, outlineOf, percent, pictureOf, sibling, through } from './picture';

const levels: LineLevel[] = ['vision', 'objectives', 'opportunities', 'initiatives', 'work', 'releases', 'told'];
function stop(id: string, kind: Kind = 'story'): LineStop {
  return { id, reference: id, kind, title: id, state: null, category: null, note: null, count: null, archived: false, drift: 0, contradictions: 0, starved: false, orphan: false };
}
function line(shown: Partial<Record<LineLevel, string[]>>, edges: [string, string][]): Line {
  return {
    columns: levels.map((level) => ({ level, more: 0, stops: (shown[level] ?? []).map((id) => stop(id)) })),
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

test('an initiative is idle when no work delivers it', () => {
  expect([...idleOf(whole)]).toEqual(['i3']);
});

test('what is narrowed closes up and keeps the edges between what is left', () => {
  const some = narrowed(whole, ({ key }) => ['o1', 'o3', 'i2', 'w3'].includes(key));
  expect(some.columns.map(({ stops }) => stops.map(({ key, row }) => `${key} ${row}`).join(', '))).toEqual(['', 'o1 0, o3 1', '', 'i2 0', 'w3 0', '', '']);
  expect(some.edges).toEqual([{ from: 'o1', to: 'i2' }]);
});

test('a thread stands in the columns of the line, parts below their wholes', () => {
  const stops = [stop('f', 'feedback'), stop('o', 'objective'), stop('e1', 'epic'), stop('e2', 'epic'), stop('s1'), stop('s2'), stop('s3', 'subtask'), stop('p', 'sprint')];
  const edges = [['o', 'e1'], ['o', 'e2'], ['e2', 's1'], ['e1', 's2'], ['s2', 's3'], ['s2', 'p']].map(([from, to]) => ({ from: from!, to: to!, relation: 'part_of' }));
  const picture = pictureOf(lineOfThread({ stops, edges, more: 0 }));
  expect(picture.columns.map(({ level, stops: found }) => `${level}: ${found.map(({ key }) => key).join(' ')}`)).toEqual([
    'voices: f', 'vision: ', 'objectives: o', 'opportunities: ', 'initiatives: ', 'work: e1 s2 s3 e2 s1', 'sprints: p', 'releases: ',
  ]);
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
