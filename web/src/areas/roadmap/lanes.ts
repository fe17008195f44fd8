import type { Initiative, Lane } from '../../api/types';
import { formatPeriod } from '../../kit';

export const lanes: { id: Lane; name: string; means: string }[] = [
  { id: 'now', name: 'Now', means: 'committed' },
  { id: 'next', name: 'Next', means: 'being shaped' },
  { id: 'later', name: 'Later', means: 'being explored' },
];

export const laneName = (lane: Lane) => lanes.find(({ id }) => id === lane)!.name;

/** What the API is told about a place: behind or before a neighbour, or alone in the lane. */
export type Place = { lane: Lane } & ({ after: string } | { before: string } | object);

/** The initiatives by lane and rank, which is how the cursor walks them. */
export function inOrder(rows: Initiative[]): Initiative[] {
  return lanes.flatMap(({ id }) => rows.filter((row) => row.lane === id).toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0)));
}

/** The place at an index of a lane whose rows are given in order, the moved one left out. */
export function placeAt(rows: Initiative[], moved: string, lane: Lane, index: number): Place {
  const others = rows.filter((row) => row.lane === lane && row.id !== moved);
  const before = others[index - 1];
  if (before) return { lane, after: before.id };
  return others[0] ? { lane, before: others[0].id } : { lane };
}

/** Where an initiative stands now, to be put back there. */
export function placeOf(rows: Initiative[], id: string): Place {
  const { lane } = rows.find((row) => row.id === id)!;
  return placeAt(rows, id, lane, rows.filter((row) => row.lane === lane).findIndex((row) => row.id === id));
}

/** The rows as they will stand, for the time until the server has said so. */
export function withMove(rows: Initiative[], id: string, lane: Lane, index: number): Initiative[] {
  const moved = { ...rows.find((row) => row.id === id)!, lane };
  return lanes.flatMap((one) => {
    const others = rows.filter((row) => row.lane === one.id && row.id !== id);
    return one.id === lane ? others.toSpliced(index, 0, moved) : others;
  });
}

/** 'Q4 2026 to Q1 2027', 'from Nov 2026', 'until H1 2027'. */
export function formatWindow(starts: string | null, ends: string | null): string | null {
  const [from, to] = [starts, ends].map((period) => (period === null ? null : formatPeriod(period)));
  if (from && to) return from === to ? from : `${from} to ${to}`;
  if (from) return `from ${from}`;
  return to ? `until ${to}` : null;
}
