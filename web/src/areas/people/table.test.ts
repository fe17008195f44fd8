import { expect, test } from 'vitest';
import type { DecisionRow, Role } from '../../api/types';
import { changesOf, draftOf, presetOf, withLine } from './table';

const row = (decision: DecisionRow['decision'], sentence: string, stored: Role[], fixed = false) => ({ decision, sentence, stored, fixed }) as DecisionRow;
const order = row('order', 'order the backlog', ['product_owner']);
const roadmap = row('roadmap', 'change the roadmap', ['product_manager']);
const comment = row('comment', 'comment', ['product_manager', 'product_owner'], true);
const rows = [order, roadmap, comment];
const preset = (name: string, of: Partial<Record<DecisionRow['decision'], Role[]>>) => ({ name, title: name, note: '', rows: Object.entries(of).map(([decision, roles]) => ({ decision: decision as DecisionRow['decision'], roles })) });
const two = preset('two', { order: ['product_owner'], roadmap: ['product_manager'] });
const one = preset('one', { order: ['product_owner', 'product_manager'], roadmap: ['product_manager', 'product_owner'] });

test('a line that is put back is no change', () => {
  const draft = withLine({}, order, ['developer', 'product_owner']);
  expect(draft).toEqual({ order: ['product_owner', 'developer'] });
  expect(withLine(draft, order, ['product_owner'])).toEqual({});
});

test('what would be different is said', () => {
  expect(changesOf(rows, { order: ['product_owner', 'developer'], roadmap: [] }).map(({ text }) => text)).toEqual([
    'order the backlog: product owner, developer (now product owner)', 'change the roadmap: nobody (now product manager)',
  ]);
});

test('a preset is a draft of its lines, and known again whatever the order of the roles', () => {
  const table = { rows, presets: [two, one] };
  expect(presetOf(table, {})?.name).toBe('two');
  const draft = draftOf(rows, one.rows);
  expect(draft).toEqual({ order: ['product_manager', 'product_owner'], roadmap: ['product_manager', 'product_owner'] });
  expect(presetOf(table, draft)?.name).toBe('one');
  expect(draftOf(rows, two.rows)).toEqual({});
  expect(presetOf(table, { order: ['developer'] })).toBeUndefined();
});
