import { expect, test } from 'vitest';
import { targetsSentence } from './themes';

test('what the targets of the themes leave is said', () => {
  expect(targetsSentence(70)).toBe('The targets come to 70 %; 30 % is left for everything else.');
  expect(targetsSentence(100)).toBe('The targets come to 100 %: nothing is left for anything else.');
  expect(targetsSentence(120)).toBe('The targets come to 120 %: more than there is.');
});
