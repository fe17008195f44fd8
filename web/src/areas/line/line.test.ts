import { expect, test } from 'vitest';
import type { DriftRow, Kind, Line, LineStop } from '../../api/types';
import { askedOf, fieldWords, groupsOf } from './drift';
import { days, endSentence, legSentence, waitingSentence } from './loop';
import { marksOf, readMarks, wordsOf } from './marks';
import { pictureOf } from './picture';
import { against, basisSentence, shareSentence } from './shares';

const stub = (id: string, kind: Kind = 'story') => ({ id, reference: id, kind, title: id, state: null, category: null, archived: false });
const stop = (id: string, changes: Partial<LineStop> = {}): LineStop => ({ ...stub(id), note: null, count: null, drift: 0, contradictions: 0, starved: false, orphan: false, ...changes });

test('a stop carries every mark it has, and none where it stands a second time', () => {
  const release = stop('r', { kind: 'release', contradictions: 2 });
  const line = { columns: [
    { level: 'initiatives', more: 0, stops: [stop('i', { kind: 'initiative', drift: 1 })] }, { level: 'work', more: 0, stops: [stop('w', { orphan: true }), stop('x')] },
    { level: 'releases', more: 0, stops: [release] }, { level: 'told', more: 0, stops: [release] },
  ] satisfies Line['columns'], edges: [] };
  expect([...marksOf(pictureOf(line), new Set(['i']))]).toEqual([['i', ['drift', 'idle']], ['w', ['orphan']], ['r', ['contradiction']]]);
});

test('marks are said in words', () => {
  expect(wordsOf('drift', { drift: 2, contradictions: 0 })).toBe('2 drifts');
  expect(wordsOf('contradiction', { drift: 0, contradictions: 1 })).toBe('1 contradiction');
  expect(wordsOf('starved', { drift: 0, contradictions: 0 })).toBe('Starved');
});

test('the address names marks, and nothing else', () => {
  expect(readMarks('orphan,drift,other')).toEqual(['drift', 'orphan']);
  expect(readMarks(undefined)).toEqual([]);
});

test('drift stands by what changed, once for each wording it was agreed against', () => {
  const row = (id: string, field: string, before: string): DriftRow => ({ id, object: stub(id), source: stub('i', 'initiative'), field, before, after: 'now', at: '2026-11-20T10:00:00Z', by: null, decision: 'story', can: {} });
  const groups = groupsOf([row('a', 'outcome', 'one'), row('b', 'outcome', 'two'), row('c', 'starts', 'May'), row('d', 'outcome', 'one')], [{ source: stub('i', 'initiative'), field: 'outcome', total: 8, own: 2 }]);
  expect(groups.map(({ field, total, own, variants }) => [field, total, own, variants.map(({ before, rows }) => `${before}: ${rows.map(({ id }) => id).join(' ')}`)])).toEqual([
    ['outcome', 8, 2, ['one: a d', 'two: b']], ['starts', 0, 0, ['May: c']],
  ]);
});

test('a question goes to whoever decides what changed', () => {
  expect(askedOf({ source: stub('o', 'objective') })).toBe('product_manager');
  expect(askedOf({ source: stub('e', 'epic') })).toBe('product_owner');
});

test('the field of a key result goes with its name', () => {
  expect(fieldWords('business_goals')).toBe('business goals');
  expect(fieldWords('target: Events lost: all')).toBe('target of “Events lost: all”');
});

test('a share says what it is of', () => {
  expect(shareSentence({ reached: 3, total: 4, exempt: 1 }, 'open')).toBe('3 of 4 open items reach an objective, 75 %; 1 is exempt.');
  expect(shareSentence({ reached: 0, total: 0, exempt: 2 }, 'open')).toBe('Nothing here needs a why: 2 are exempt.');
  expect(shareSentence({ reached: 0, total: 0, exempt: 0 }, 'delivered')).toBe('There is no delivered work yet.');
});

test('few items are too few to say', () => {
  const sprints = [stub('s', 'sprint'), stub('t', 'sprint')];
  expect(basisSentence({ sprints, finished: 12, too_few: true, enough: 30 })).toBe('12 items were finished in the last 2 closed sprints: too few to say. From 30 on shares say something.');
  expect(basisSentence({ sprints: [], finished: 0, too_few: true, enough: 30 })).toContain('No sprint has been closed yet');
});

test('planned against actual in words', () => {
  expect(against(22.4, 60)).toBe('22 % of 60 % planned');
  expect(against(null, 60)).toBe('60 % planned');
  expect(against(5, null)).toBe('5 %, nothing planned');
});

test('days are as exact as they deserve', () => {
  expect([null, 0.2, 1, 1.54, 43.1].map(days)).toEqual(['–', 'under a day', '1 day', '1.5 days', '43 days']);
});

test('each leg of the loop is a sentence', () => {
  expect(legSentence({ from: 'decided', to: 'shipped', count: 20, median_days: 43.1, p85_days: 59.2 })).toBe('From decided to shipped: half of 20 pieces of feedback took at most 43 days, 85 of 100 at most 59 days.');
  expect(legSentence({ from: 'shipped', to: 'told', count: 0, median_days: null, p85_days: null })).toBe('From shipped to told: nothing has come so far yet.');
  expect(endSentence({ told: 1, declined: 3, postponed: 0 })).toBe('1 piece of feedback ended with the customer told, 3 with a no and 0 with a not now: those are answers too.');
  expect(waitingSentence([{ station: 'triaged', count: 1 }, { station: 'told', count: 2 }])).toBe('3 pieces of feedback wait for an answer: 1 to be triaged, 2 to be told.');
});
