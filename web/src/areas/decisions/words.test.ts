import { expect, test } from 'vitest';
import { difference, type Piece } from './words';

const marked = (pieces: Piece[]) => pieces.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('');
const shown = (before: string, after: string) => {
  const found = difference(before, after);
  return [marked(found.before), marked(found.after)];
};

test('the words that changed are marked on both sides', () => {
  expect(shown('Six of ten events', 'Eight of ten events')).toEqual(['[Six] of ten events', '[Eight] of ten events']);
  expect(shown('One two three.', 'One three, four.')).toEqual(['One [two ]three.', 'One three[, four].']);
  expect(shown('Admins repair them', 'Whoever is on call repairs them')).toEqual(['[Admins repair] them', '[Whoever is on call repairs] them']);
  expect(shown('the same', 'the same')).toEqual(['the same', 'the same']);
  expect(shown('', 'New')).toEqual(['', '[New]']);
  expect(shown('Gone', '')).toEqual(['[Gone]', '']);
});

test('lines and marks are kept: both texts can be read back', () => {
  const [before, after] = ['a  b\n\nc, d – e f', 'b x\nc; e “y” f g'];
  const found = difference(before, after);
  const text = (pieces: Piece[]) => pieces.map((piece) => piece.text).join('');
  expect([text(found.before), text(found.after)]).toEqual([before, after]);
});

test('of two long texts with nothing in common the whole is marked, and soon', () => {
  const [before, after] = ['one '.repeat(20_000).trim(), 'two '.repeat(20_000).trim()];
  const found = difference(`Same ${before} end`, `Same ${after} end`);
  expect(found.before.map(({ changed }) => changed)).toEqual([false, true, false]);
});
