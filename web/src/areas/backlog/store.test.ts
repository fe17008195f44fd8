import { expect, test } from 'vitest';
import { afterGap, append, createBacklog, merge, noFilter, patch, place, setFilter, targets, toggle } from './store';
import { row } from './fixtures';

function filled() {
  const store = createBacklog();
  append(store, [row('1', 'a'), row('2', 'b', { why: false }), row('3', 'c'), row('4', 'd', { why: false })], {});
  return store;
}

test('a page that overlaps what is known adds only what is new', () => {
  const store = filled();
  append(store, [row('4', 'd'), row('5', 'e')], {});
  expect(store.getState().order).toEqual(['1', '2', '3', '4', '5']);
});

test('what moved or was made while the list came in stands where the server has it, unless its own move is unanswered', () => {
  const store = filled();
  append(store, [row('5', 'e'), row('1', 'f', { version: 2 }), row('2', 'g'), row('6', 'h')], {}, new Set(['2']));
  expect(store.getState().order).toEqual(['2', '3', '4', '5', '1', '6']);
});

test('what has no why is counted', () => {
  const store = filled();
  expect(store.getState().noWhy).toBe(2);
  patch(store, '2', { why: true });
  merge(store, [row('1', 'a', { why: false })], ['4'], new Set());
  expect(store.getState().noWhy).toBe(1);
});

test('rows moved by others go to their rank, gone rows leave', () => {
  const store = filled();
  merge(store, [row('4', 'aa', { version: 2 }), row('6', 'cc')], ['2'], new Set());
  expect(store.getState().order).toEqual(['1', '4', '3', '6']);
});

test('a row whose own move is unanswered stays where the hand put it', () => {
  const store = filled();
  place(store, '1', '3');
  merge(store, [row('1', 'a', { version: 2 }), row('5', 'bb')], [], new Set(['1']));
  expect(store.getState().order).toEqual(['2', '5', '3', '1', '4']);
});

test('a drop between filtered rows lands between those rows in the whole list', () => {
  const store = filled();
  setFilter(store, { ...noFilter, noWhy: true });
  expect(store.getState().visible).toEqual(['2', '4']);
  expect(afterGap(store, 1, new Set(['4']))).toBe('2');
  expect(afterGap(store, 0, new Set(['4']))).toBe('1');
});

test('actions are about the selection in order, else about the cursor', () => {
  const store = filled();
  expect(targets(store).map(({ id }) => id)).toEqual(['1']);
  toggle(store, '3');
  toggle(store, '2');
  expect(targets(store).map(({ id }) => id)).toEqual(['2', '3']);
});
