// When something is likely done, in words and along an axis. Apart from the kit's door, as `ForecastBar` is.
import type { Thing, When } from '../api/types';
import { formatDate, formatLikelihood } from './format';

export const dateOf = (date: string | null | undefined): string => (date ? formatDate(date) : 'more than ten years ahead');
const by = (date: string | null | undefined) => (date ? `by ${formatDate(date)}` : 'in more than ten years');

/** 'half likely by 27 Apr 2027, 85 % likely by 16 Aug 2027' */
export function whenOf(when: When): string {
  if (!when['50']) return 'not even half likely within ten years';
  return `half likely ${by(when['50'])}, 85\u00a0% likely ${by(when['85'])}`;
}

/** '8 % by 31 Jan 2027' */
export function plannedOf({ planned, likelihood }: Pick<Thing, 'planned' | 'likelihood'>): string | null {
  return planned === null || likelihood === null ? null : `${formatLikelihood(likelihood)} by ${formatDate(planned)}`;
}

/** What a bar shows, for those who hear it. */
export function barOf(thing: Thing & { when: When }): string {
  const planned = plannedOf(thing);
  const nearly = thing.when['50'] ? `, 95\u00a0% likely ${by(thing.when['95'])}` : '';
  return `${whenOf(thing.when).replace(/^./, (first) => first.toUpperCase())}${nearly}.${planned === null ? '' : ` Planned: ${planned}.`}`;
}

/** From a day to another, in days since 1970. */
export interface Axis { from: number; to: number }

export const dayOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
export const dateAt = (day: number): string => new Date(Math.round(day) * 86_400_000).toISOString().slice(0, 10);

/**
 * The one axis of all bars. It reaches to the last 85 % date, and on to what else there is as long as that does not make
 * the bars small: what lies far behind most of the others is cut off.
 */
export function axisOf(day: string, things: Pick<Thing, 'when' | 'planned'>[]): Axis {
  const from = dayOf(day);
  const days = (dates: (string | null | undefined)[]) => dates.flatMap((date) => (date ? [dayOf(date) - from] : []));
  const likely = days(things.map(({ when }) => when?.['85'] ?? when?.['50'])).toSorted((a, b) => a - b);
  const most = Math.max(28, likely[Math.floor(likely.length * 0.75)] ?? 0);
  const reach = Math.max(28, Math.min(likely.at(-1) ?? 0, 3 * most));
  const all = Math.max(reach, ...days(things.flatMap(({ when, planned }) => [when?.['95'], planned])));
  return { from, to: from + Math.min(all, Math.max(reach, 2 * most)) * 1.02 };
}

/** Where a date lies on the axis, 0 to 1; what is before it or beyond it, at its ends. */
export function along({ from, to }: Axis, date: string | null | undefined): number {
  return date ? Math.min(1, Math.max(0, (dayOf(date) - from) / (to - from))) : 1;
}
