import { expect, test } from 'vitest';
import type { Opportunity, Stub } from '../../api/types';
import { groups, withAllBelow } from './tree';

const goal = { id: 'goal', reference: 'APP-1', title: 'Heal themselves' };
const opportunity = (id: string, parent: string | null, voices = 0, objective: typeof goal | null = goal) =>
  ({ id, reference: id, title: id, parent_id: parent, voices, objective: objective as Stub | null, state: 'open' }) as Opportunity;
const all = [opportunity('a', null, 1), opportunity('a1', 'a', 2), opportunity('a2', 'a', 9), opportunity('b', null, 5), opportunity('c', null, 0, null), opportunity('d', 'unseen')];
const shape = (found: ReturnType<typeof groups>) => found.map(({ objective, branches }) => `${objective?.id ?? '-'}: ${branches.map(({ id, depth, passing }) => `${'>'.repeat(depth)}${id}${passing ? '?' : ''}`).join(' ')}`);
const every = () => true;

test('the tree stands under its objectives, the most heard first', () => {
  expect(shape(groups(all, [goal], every, new Set()))).toEqual(['goal: b a >a2 >a1 d', '-: c']);
});

test('a closed branch hides what is below, and still counts it', () => {
  const [first] = groups(all, [goal], every, new Set(['a']));
  expect(first!.branches.map(({ id }) => id)).toEqual(['b', 'a', 'd']);
  expect(first!.branches[1]!.below).toBe(2);
});

test('what is above a match stays, as a passage', () => {
  expect(shape(groups(all, [], (one) => one.id === 'a2', new Set()))).toEqual(['goal: a? >a2']);
});

test('an objective without opportunities is shown as a gap', () => {
  expect(shape(groups([], [goal], every, new Set()))).toEqual(['goal: ']);
});

test('nothing below an opportunity can be its parent', () => {
  expect([...withAllBelow([...all, opportunity('a11', 'a1')], 'a')].toSorted()).toEqual(['a', 'a1', 'a11', 'a2']);
});
