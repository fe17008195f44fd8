import { api } from '../../api/client';
import type { Initiative, Lane } from '../../api/types';
import { act, announce, keyOf, queries, refresh, type Verdict } from '../../kit';
import { laneName, placeAt, placeOf, withMove } from './lanes';

export const initiativesPath = '/products/{product}/initiatives';
export const initiativePath = '/initiatives/{initiative}';
export const again = [initiativesPath, initiativePath, '/objects/{object}', '/objects/{object}/history'];

/** Moves a card: at once on the screen, then on the server, with a way back. One that is only proposed goes back to where it was. */
export async function moveCard(product: string, rows: Initiative[], row: Initiative, lane: Lane, index: number, allowed: Verdict): Promise<void> {
  const back = placeOf(rows, row.id);
  const place = placeAt(rows, row.id, lane, index);
  if (JSON.stringify(back) === JSON.stringify(place)) return;
  const put = (to: object) => api.put('/initiatives/{initiative}/place', { path: { initiative: row.id }, body: to });
  const moved = withMove(rows, row.id, lane, index);
  queries.setQueryData(keyOf(initiativesPath, { path: { product } }), (data: { rows: Initiative[] } | undefined) => data && {
    ...data,
    // The ranks that the rows had, dealt out anew: the true one comes with the answer.
    rows: moved.map((one, at) => ({ ...one, rank: String(at).padStart(6, '0') })),
  });
  const spot = `${index + 1} of ${moved.filter((one) => one.lane === lane).length} in ${laneName(lane)}`;
  announce(`${row.reference} ${allowed.proposeTo === undefined ? 'moved to' : 'proposed for'} ${spot}`);
  const answer = await act({
    run: () => put(place), done: row.lane === lane ? `${row.reference} moved to ${spot}` : `${row.reference} moved to ${laneName(lane)}`,
    undo: () => put(back), refresh: again,
  });
  if (answer === undefined) await refresh(initiativesPath);
}
