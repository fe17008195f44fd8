import { expect, test } from 'vitest';
import { fieldName, listed, said } from './said';

test('values and fields are said in words', () => {
  expect([said(null), said(''), said(true), said(1200), said(['a', 'b']), said('2026-Q4'), said('2020-03-20'), said({ at: 'top' })])
    .toEqual(['Nothing', 'Nothing', 'Yes', '1,200', 'a, b', 'Q4 2026', '20 Mar 2020', 'At: top']);
  expect(['blocked_reason', 'owner_id', 'body', 'who may order the backlog'].map(fieldName)).toEqual(['Blocked reason', 'Owner', 'Description', 'Who may order the backlog']);
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});
