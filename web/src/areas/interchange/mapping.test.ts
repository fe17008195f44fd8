import { expect, test } from 'vitest';
import type { ImportReport } from '../../api/types';
import { inNeedOfALook, suggestions, sumOf, targetOf, withColumn, withPeople } from './mapping';

const column = (index: number, fate: ImportReport['columns'][number]['fate'], filled = 1, field: ImportReport['columns'][number]['field'] = null) => ({ index, header: `h${index}`, fate, field, filled });
const person = (id: string) => ({ id, name: id, initials: id });

test('the answer stands before what became of a column by itself', () => {
  expect(targetOf(column(0, 'mapped', 9, 'summary'), {})).toBe('summary');
  expect(targetOf(column(0, 'mapped', 9, 'summary'), { columns: { 0: 'ignore' } })).toBe('ignore');
  expect(targetOf(column(3, 'custom'), {})).toBe('custom');
  expect(targetOf(column(3, 'ignored'), {})).toBe('ignore');
});

test('answers are added to those there are', () => {
  expect(withColumn({ columns: { 1: 'summary' }, date_order: 'dmy' }, 4, 'status')).toEqual({ columns: { 1: 'summary', 4: 'status' }, date_order: 'dmy' });
  expect(withPeople({ people: { Ana: 'a' } }, { Bo: null })).toEqual({ people: { Ana: 'a', Bo: null } });
});

test('only names without a person are suggested', () => {
  expect(suggestions([
    { name: 'Ana R', cells: 3, person: null, suggested: person('ana') }, { name: 'Bo', cells: 1, person: person('bo'), suggested: person('bo') }, { name: 'Cy', cells: 1, person: null, suggested: null },
  ])).toEqual({ 'Ana R': 'ana' });
});

test('what is not understood comes first, the fullest before', () => {
  const columns = [column(0, 'mapped'), column(1, 'empty', 0), column(2, 'custom', 2), column(3, 'ignored'), column(4, 'custom', 7)];
  expect(inNeedOfALook(columns).map(({ index }) => index)).toEqual([4, 2, 0, 3, 1]);
});

test('the sum leaves out what there is none of', () => {
  expect(sumOf({ rows: 1250, created: 1200, updated: 0, unchanged: 45, rejected: [1, 2, 3, 4, 5] })).toBe('1,250 rows: 1,200 new, 45 as they are, 5 rejected');
  expect(sumOf({ rows: 1, created: 1, updated: 0, unchanged: 0, rejected: [] })).toBe('1 row: 1 new');
});
