import { expect, test } from 'vitest';
import { changed, contentOf, emptyBoard } from './board';

test('only what reads differently has changed', () => {
  const before = { ...emptyBoard, statement: 'Small teams trust their integrations', needs: 'Sleep' };
  expect(changed(before, { ...before, needs: 'Sleep\n' })).toEqual([]);
  expect(changed(before, { ...before, needs: 'Rest', product: 'A relay' })).toEqual(['needs', 'product']);
});

test('the content is the five texts alone', () => {
  expect(contentOf({ ...emptyBoard, number: 3 } as typeof emptyBoard)).toEqual(emptyBoard);
});
