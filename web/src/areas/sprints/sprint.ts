import type { Board, Row, Sprint, SprintForecast, WorkflowState } from '../../api/types';
import { formatCount, formatDate, formatLikelihood, formatNumber } from '../../kit';

export type Card = Board['columns'][number]['rows'][number];
export type Column = Board['columns'][number];

export const verdictNames: Record<NonNullable<Sprint['verdict']>, string> = { met: 'Goal met', partly: 'Goal partly met', missed: 'Goal missed' };
export const stateNames: Record<Sprint['state'], string> = { planned: 'Planned', active: 'Running', closed: 'Closed', cancelled: 'Cancelled' };

const dayLength = 86_400_000;
const noon = (date: string) => new Date(`${date}T12:00:00`).getTime();

/** 'day 7 of 10' while it runs, else what there is to know of its time. */
export function timeOf({ starts, ends }: Pick<Sprint, 'starts' | 'ends'>, today = new Date()): string {
  const now = new Date(today).setHours(12, 0, 0, 0);
  const days = (from: number, to: number) => Math.round((to - from) / dayLength);
  const before = days(now, noon(starts));
  if (before > 0) return `starts in ${formatCount(before, 'day')}`;
  const left = days(now, noon(ends));
  if (left < 0) return `ended ${formatCount(-left, 'day')} ago`;
  const day = `day ${1 - before} of ${days(noon(starts), noon(ends)) + 1}`;
  return left === 0 ? `${day}, the last day` : `${day}, ${formatCount(left, 'day')} left`;
}

/** '2 to 13 Nov' would be short, but both ends in full are never misread. */
export function datesOf({ starts, ends }: Pick<Sprint, 'starts' | 'ends'>): string {
  return `${formatDate(starts)} to ${formatDate(ends)}`;
}

/** '38 % likely to deliver all of it: of 12 earlier sprints that stood like this one, 4 did. About 4 points will be left.' */
export function deliveryOf({ delivery, not_enough: why, unit }: Pick<SprintForecast, 'delivery' | 'not_enough' | 'unit'>): string {
  if (!delivery) return why ?? '';
  const { likelihood, sprints, delivered, left } = delivery;
  const did = delivered === 0 ? 'none did' : `${formatNumber(delivered)} did`;
  const rest = left < 0.5 ? '' : ` About ${formatCount(Math.round(left), unit.replace(/s$/, ''))} will be left.`;
  return `${formatLikelihood(likelihood)} likely to deliver all of it: of ${formatCount(sprints, 'earlier sprint')} that stood like this one, ${did}.${rest}`;
}

/** The columns of the board: what is cancelled, and what is not ready, only where there is some. */
export function shownColumns(columns: Column[]): Column[] {
  const quiet = new Set<Column['category']>(['backlog', 'cancelled']);
  return columns.filter((column) => !quiet.has(column.category) || column.rows.length > 0);
}

/** The board as it will be with a card in another state, for the time until the server has said so. */
export function withState(board: Board, card: Card, state: Pick<WorkflowState, 'name' | 'category'>): Board {
  if (!board.columns.some((column) => column.rows.some((row) => row.id === card.id))) return board;
  const moved: Card = { ...card, state: state.name, category: state.category };
  return {
    ...board,
    columns: board.columns.map((column) => {
      const others = column.rows.filter((row) => row.id !== card.id);
      if (column.state !== state.name) return { ...column, rows: others };
      return { ...column, rows: [...others, moved].toSorted((a, b) => (a.rank < b.rank ? -1 : 1)) };
    }),
  };
}

export function isOpen({ category }: Pick<Row, 'category'>): boolean {
  return category !== 'done' && category !== 'cancelled';
}

/** What is left of a board when its sprint ends. */
export function unfinishedOf({ columns }: Board): Row[] {
  return columns.flatMap((column) => column.rows).filter(isOpen);
}

/** Waits for the product owner: the team says it is ready to be looked at, nobody has accepted it yet. */
export function waitsForAcceptance({ category, accepted }: Pick<Row, 'category' | 'accepted'>): boolean {
  return !accepted && (category === 'in_review' || category === 'done');
}

export function pointsOf(rows: Pick<Row, 'points'>[]): number {
  return rows.reduce((sum, row) => sum + (row.points ?? 0), 0);
}

/** How many rows from the top fit into what is left of the capacity. What has no estimate takes no room, and says so elsewhere. */
export function fitting(rows: Pick<Row, 'points'>[], room: number): number {
  let sum = 0;
  const first = rows.findIndex((row) => {
    sum += row.points ?? 0;
    return sum > room;
  });
  return first < 0 ? rows.length : first;
}

/** What the team finished in its last sprints, the latest last. */
export function lastDone(sprints: Sprint[], count: number): number[] {
  return sprints.filter((sprint) => sprint.state === 'closed').toSorted((a, b) => (a.ends < b.ends ? -1 : 1)).slice(-count).map((sprint) => sprint.points.done);
}

/** '24 of 28 points', or items where nothing is estimated. */
export function doneOf({ points, items }: Pick<Sprint, 'points' | 'items'>): string {
  return points.total > 0 ? `${formatNumber(points.done)} of ${formatNumber(points.total)} points` : `${items.done} of ${formatCount(items.total, 'item')}`;
}

export function shareDone({ points, items }: Pick<Sprint, 'points' | 'items'>): number {
  if (points.total > 0) return points.done / points.total;
  return items.total === 0 ? 0 : items.done / items.total;
}

/** The dates a new sprint most likely has: right after the last one and as long, else two weeks from the coming Monday. */
export function nextDates(sprints: Pick<Sprint, 'starts' | 'ends' | 'state'>[], today = new Date()): { starts: string; ends: string } {
  const iso = (time: number) => {
    const date = new Date(time);
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  };
  const last = sprints.filter((sprint) => sprint.state !== 'cancelled').toSorted((a, b) => (a.ends < b.ends ? 1 : -1))[0];
  const now = new Date(today).setHours(12, 0, 0, 0);
  if (last && noon(last.ends) >= now - 7 * dayLength) {
    const length = noon(last.ends) - noon(last.starts);
    let starts = noon(last.ends) + dayLength;
    while ([0, 6].includes(new Date(starts).getDay())) starts += dayLength;
    return { starts: iso(starts), ends: iso(starts + length) };
  }
  const monday = now + ((8 - new Date(now).getDay()) % 7) * dayLength;
  return { starts: iso(monday), ends: iso(monday + 11 * dayLength) };
}
