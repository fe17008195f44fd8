import { expect, test } from 'vitest';
import { meant, mentionAt, withMention } from './mention';

const person = (name: string) => ({ id: name, name, initials: name[0]! });
const people = ['Bea Kern', 'Zoë Ünal', 'Kern Braun'].map(person);
const names = (query: string) => meant(people, query).map(({ name }) => name);

test('an @ that ends no word begins a mention', () => {
  expect(mentionAt('ask @Be', 7)).toEqual({ from: 4, query: 'Be' });
  expect(mentionAt('(@Zoë Ü', 7)).toEqual({ from: 1, query: 'Zoë Ü' });
  expect(mentionAt('@', 1)).toEqual({ from: 0, query: '' });
  expect(mentionAt('bea@example.org', 15)).toBeNull();
  expect(mentionAt('ask @Bea, then', 14)).toBeNull();
  expect(mentionAt('ask @Be now', 7)).toEqual({ from: 4, query: 'Be' });
});

test('names are found by any of their parts, whole ones are not offered again', () => {
  expect(names('')).toEqual(['Bea Kern', 'Zoë Ünal', 'Kern Braun']);
  expect(names('kern')).toEqual(['Bea Kern', 'Kern Braun']);
  expect(names('zoë ü')).toEqual(['Zoë Ünal']);
  expect(names('bea kern')).toEqual([]);
  expect(names('please look')).toEqual([]);
});

test('the whole name is written, with a space after it', () => {
  expect(withMention('ask @be', { from: 4, query: 'be' }, 7, people[0]!)).toEqual({ text: 'ask @Bea Kern ', caret: 14 });
  expect(withMention('ask @be now', { from: 4, query: 'be' }, 7, people[0]!)).toEqual({ text: 'ask @Bea Kern now', caret: 13 });
});
