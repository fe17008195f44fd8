import { expect, test } from 'vitest';
import type { Effect, Proposal, ProposedPart, ResponseTime } from '../../api/types';
import { acceptanceOf, acceptedText, consequencesOf, groupsOf, isEditable, notMine, responseText, slipOf } from './proposals';

const part = (id: string, given: unknown, after: unknown = given) => ({ id, change: 'edit_item', object: null, verb: 'edited', fields: [{ field: id, before: null, after }], further: 0, given }) as unknown as ProposedPart;
const parts = [part('0.title', 'New'), part('0.points', 3), part('0.owner_id', 'a-uuid', 'Dina Mertens')];
const nobody: ReadonlySet<string> = new Set();

test('what is shown as it was given can be changed, what stands for something else cannot', () => {
  expect(parts.map(isEditable)).toEqual([true, true, false]);
  expect(isEditable(part('0', null, 'New'))).toBe(false);
});

test('all parts as they are: nothing needs to be said', () => {
  expect(acceptanceOf(parts, nobody, {})).toEqual({});
  expect(acceptanceOf(parts, nobody, { '0.title': 'New' })).toEqual({});
});

test('parts that are left out, and values that were changed', () => {
  expect(acceptanceOf(parts, new Set(['0.points']), { '0.title': 'Better', '0.points': '5' })).toEqual({ parts: ['0.title', '0.owner_id'], edits: { '0.title': 'Better' } });
  expect(acceptanceOf(parts, nobody, { '0.points': '2,5' })).toEqual({ edits: { '0.points': 2.5 } });
  expect(acceptanceOf(parts, nobody, { '0.points': 'many' })).toBeUndefined();
  expect(acceptanceOf(parts, new Set(parts.map(({ id }) => id)), {})).toBeUndefined();
});

const proposal = (id: string, more: Partial<Proposal>) => ({ id, reference: `APP-${id}`, title: 'Change it', state: 'open', awaited: [], approvals: [], parts, to: 'Bea Kern', may_decide: false, own: false, decided_at: null, ...more }) as Proposal;

test('what the reader decides comes first, then their own', () => {
  const rows = [proposal('1', {}), proposal('2', { own: true }), proposal('3', { may_decide: true, own: true }), proposal('4', { may_decide: true })];
  expect(groupsOf(rows, 'open').map((group) => [group.title, group.rows.map(({ id }) => id).join()])).toEqual([['For you to decide', '3,4'], ['Yours, with others to decide', '2'], ['With others', '1']]);
  const decided = [proposal('1', { decided_at: '2026-01-01' }), proposal('2', { decided_at: '2026-02-01' })];
  expect(groupsOf(decided, 'accepted')[0]!.rows.map(({ id }) => id)).toEqual(['2', '1']);
});

test('what was done is said', () => {
  expect(acceptedText(proposal('1', { state: 'accepted' }), {})).toBe('Accepted APP-1: Change it');
  expect(acceptedText(proposal('1', { state: 'accepted' }), { parts: ['0.title'], edits: { '0.title': 'x' } })).toBe('Accepted 1 of 3 of APP-1, with changes: Change it');
  expect(acceptedText(proposal('1', { awaited: ['product_manager', 'scrum_master'] }), {})).toBe('You agreed to APP-1; the product manager and the scrum master have yet to');
  expect(notMine(proposal('1', {}), 'me')).toBe('Bea Kern decides this');
  expect(notMine(proposal('1', { approvals: [{ role: 'product_owner', by: { id: 'me', name: '', initials: '' }, at: '' }] }), 'me')).toBe('You have agreed; others have yet to');
});

test('what would change along', () => {
  const object = (reference: string) => ({ reference }) as Effect['object'];
  const { makeWay, told } = consequencesOf([
    { object: object('APP-1'), what: 'place', before: '9', after: '2' }, { object: object('APP-3'), what: 'place', before: null, after: null },
    { object: object('APP-4'), what: 'likely', before: '2020-03-12', after: '2020-03-20' },
  ]);
  expect(makeWay.map(({ reference }) => reference)).toEqual(['APP-3']);
  expect(told.map(({ text }) => text)).toEqual(['goes from place 9 to 2', 'likely 12 Mar 2020 → 20 Mar 2020, 8 days later']);
  expect(slipOf('2020-03-12', '2020-03-11')).toContain('1 day sooner');
});

test('how fast a role answers', () => {
  const role = (more: Partial<ResponseTime>): ResponseTime => ({ role: 'product_owner', open: 0, answered: 9, median_hours: 5, p85_hours: 50, ...more });
  expect(responseText(role({}))).toBe('The product owner answers half of the questions within 5 hours, 85 of 100 within 2 days (9 in 90 days).');
  expect(responseText(role({ answered: 1, median_hours: 0.2, p85_hours: 0.2, open: 2 }))).toBe('The product owner answered one question in 90 days, within 12 minutes. 2 wait.');
  expect(responseText(role({ answered: 0, median_hours: null, p85_hours: null, open: 1 }))).toBe('The product owner has answered no question in 90 days. 1 waits.');
});
