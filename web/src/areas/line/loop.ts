import type { FeedbackLoop, LoopStation } from '../../api/types';
import { formatCount, formatNumber } from '../../kit';

type Leg = FeedbackLoop['legs'][number];

export const stations: LoopStation[] = ['received', 'triaged', 'decided', 'shipped', 'told'];
export const stationNames: Record<LoopStation, string> = { received: 'Received', triaged: 'Triaged', decided: 'Decided', shipped: 'Shipped', told: 'Told' };
const waitsTo: Record<LoopStation, string> = { received: 'to be received', triaged: 'to be triaged', decided: 'for a decision', shipped: 'to be shipped', told: 'to be told' };

/** What feedback waits for, in words: 'waits for a decision'. */
export const waitsFor = (station: LoopStation): string => `waits ${waitsTo[station]}`;

/** '34 days'; less than ten with a decimal. */
export function days(value: number | null): string {
  if (value === null) return '–';
  if (value < 1) return 'under a day';
  const round = value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${formatNumber(round)} ${round === 1 ? 'day' : 'days'}`;
}

/** What a leg's figures say. */
export function legSentence({ from, to, count, median_days: median, p85_days: p85 }: Leg): string {
  const way = `From ${stationNames[from].toLowerCase()} to ${stationNames[to].toLowerCase()}`;
  if (count === 0 || median === null || p85 === null) return `${way}: nothing has come so far yet.`;
  return `${way}: half of ${formatCount(count, 'piece', 'pieces')} of feedback took at most ${days(median).replace('under ', '')}, 85 of 100 at most ${days(p85).replace('under ', '')}.`;
}

/** How the whole of it ends, in a sentence. */
export function endSentence({ told, declined, postponed }: Pick<FeedbackLoop, 'told' | 'declined' | 'postponed'>): string {
  return `${formatCount(told, 'piece', 'pieces')} of feedback ended with the customer told, ${formatNumber(declined)} with a no and ${formatNumber(postponed)} with a not now: those are answers too.`;
}

/** Who waits, and for what: '18 pieces of feedback wait for an answer: 6 to be triaged, 12 for a decision.' */
export function waitingSentence(waiting: FeedbackLoop['waiting']): string {
  const all = waiting.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return 'Nobody waits for an answer.';
  return `${formatCount(all, 'piece', 'pieces')} of feedback ${all === 1 ? 'waits' : 'wait'} for an answer: ${waiting.map(({ station, count }) => `${formatNumber(count)} ${waitsTo[station]}`).join(', ')}.`;
}
