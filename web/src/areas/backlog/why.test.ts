import { afterEach, expect, test, vi } from 'vitest';
import { api, Problem } from '../../api/client';
import type { Relation } from '../../api/types';
import { undo, useToasts } from '../../kit/toast';
import { linkToReason, relationTo } from './why';

const relations = [
  { relation: 'serves', from: ['story', 'epic'], to: ['objective'], line: true },
  { relation: 'delivers', from: ['story', 'epic', 'subtask'], to: ['initiative'], line: true },
  { relation: 'relates_to', from: ['story', 'subtask'], to: ['opportunity'], line: false },
] as Relation[];
const where = { product: 'APP', relations, allowed: { ok: true } };
const story = (id: string) => ({ id, reference: `APP-${id}`, kind: 'story' as const });
const goal = { id: 'i', reference: 'APP-9', kind: 'initiative' as const };
const refusal = (type: string, title: string) => new Problem({ type: `/problems/${type}`, title, status: 409 });
const said = () => useToasts.getState().toasts.map(({ text }) => text);

afterEach(() => {
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
});

test('the table of relations says how work hangs on its reason', () => {
  expect(relationTo(relations, 'story', 'objective')).toBe('serves');
  expect(relationTo(relations, 'subtask', 'initiative')).toBe('delivers');
  expect(relationTo(relations, 'subtask', 'objective')).toBeUndefined();
  expect(relationTo(relations, 'story', 'opportunity')).toBeUndefined();
});

test('one that is linked already does not keep the others from it, and undo takes back what was made', async () => {
  vi.spyOn(api, 'post').mockImplementation((_, options) => (options?.path?.object === '2' ? Promise.reject(refusal('linked-already', 'linked already')) : Promise.resolve({ id: `link-${options?.path?.object}` } as never)));
  const del = vi.spyOn(api, 'del').mockResolvedValue(undefined as never);
  await linkToReason([story('1'), story('2'), story('3')], goal, where);
  expect(said()).toEqual(['2 of 3 items linked to APP-9']);
  await undo();
  expect(del.mock.calls.map(([, options]) => options?.path)).toEqual([{ link: 'link-1' }, { link: 'link-3' }]);
});

test('a refusal is said once, and what was made stands', async () => {
  vi.spyOn(api, 'post').mockImplementation((_, options) => (options?.path?.object === '1' ? Promise.resolve({ id: 'link' } as never) : Promise.reject(refusal('archived', 'It is put away'))));
  await linkToReason([story('1'), story('2'), story('3')], goal, where);
  expect(said()).toEqual(['It is put away', '1 of 3 items linked to APP-9']);
});

test('what is linked already is said so', async () => {
  vi.spyOn(api, 'post').mockRejectedValue(refusal('linked-already', 'linked already'));
  await linkToReason([story('1')], goal, where);
  expect(said()).toEqual(['APP-1 is linked to APP-9 already']);
});

test('several links that are not one’s own to decide are one proposal', async () => {
  const post = vi.spyOn(api, 'post').mockResolvedValue({ id: 'p', reference: 'APP-77', title: 'Link APP-1, and 1 more', to: 'Bea Kern', version: 1 } as never);
  await linkToReason([story('1'), story('2')], goal, { ...where, allowed: { ok: true, why: 'Bea decides', proposeTo: 'Bea Kern' } });
  expect(post).toHaveBeenCalledTimes(1);
  expect(post.mock.calls[0]![1]?.body).toEqual({ changes: ['1', '2'].map((from) => ({ change: 'add_link', with: { from, relation: 'delivers', to: 'i' } })) });
  expect(said()).toEqual(['Proposed to Bea Kern: Link APP-1, and 1 more']);
});
