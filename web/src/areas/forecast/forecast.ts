import type { Backtest, Thing, When } from '../../api/types';
import { formatCount, formatDate, formatLikelihood, formatNumber } from '../../kit';

/** The likelihoods a forecast names, in percent. */
export const percents = ['50', '70', '85', '95'] as const;

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

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** '1st', '312th', '1,002nd' */
export function ordinal(place: number): string {
  return `${formatNumber(place)}${endings[ordinals.select(place)] ?? 'th'}`;
}

/** '27 items, the last is 312th in the order' */
export function placeOf({ items, place }: Pick<Thing, 'items' | 'place'>): string {
  return items === 1 ? `1 item, ${ordinal(place)} in the order` : `${formatCount(items, 'item')}, the last is ${ordinal(place)} in the order`;
}

/** What a bar shows, for those who hear it. */
export function barOf(thing: Thing & { when: When }): string {
  const planned = plannedOf(thing);
  const nearly = thing.when['50'] ? `, 95\u00a0% likely ${by(thing.when['95'])}` : '';
  return `${whenOf(thing.when).replace(/^./, (first) => first.toUpperCase())}${nearly}.${planned === null ? '' : ` Planned: ${planned}.`}`;
}

/** From a day to another, in days since 1970. */
export interface Axis { from: number; to: number }

const dayOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
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

/** '27 days sooner', by the 85 % date; nothing where it stays. */
export function soonerOf(now: When, then: When): string | null {
  const [before, after] = [now['85'], then['85']];
  if (before === after) return null;
  if (!after) return 'not within ten years, so later';
  if (!before) return 'within ten years, so sooner';
  const days = Math.round(dayOf(before) - dayOf(after));
  return `${formatCount(Math.abs(days), 'day')} ${days > 0 ? 'sooner' : 'later'}`;
}

export function wrongPace(text: string): string | undefined {
  return text === '' || /^\d{2,3}$/.test(text) ? undefined : 'Say 10 to 500 percent.';
}

/** Why a question cannot be put as it stands; whether so many may be asked for is said by the server. */
export function wrongItems(text: string): string | undefined {
  return text === '' || /^\d{1,9}(\.\.\d{1,9})?$/.test(text) ? undefined : 'Ask for a whole number of items, or a range as 30..45.';
}

/** '1 item', '30 items', '30 to 45 items' */
export function itemsOf(asked: string): string {
  const [low = 0, high] = asked.split('..').map(Number);
  return high === undefined ? formatCount(low, 'item') : `${formatNumber(low)} to ${formatCount(high, 'item')}`;
}

export function wrongDay(text: string): string | undefined {
  return text === '' || /^\d{4}-\d\d-\d\d$/.test(text) ? undefined : 'Write a day as 2027-01-15.';
}

/** 'Of 40 past forecasts made this way, 34 came true by their 85 % date.' */
export function trackOf({ forecasts, true_by_85: came }: Pick<Backtest, 'forecasts' | 'true_by_85'>, fewest: number): string {
  const few = forecasts < fewest ? ` That is too few to say how often they do: ${fewest} would be enough.` : '';
  return `Of ${formatCount(forecasts, 'past forecast')} made this way, ${formatNumber(came)} came true by ${forecasts === 1 ? 'its' : 'their'} 85\u00a0% date.${few}`;
}

/** What being right more often costs. */
export function widthOf({ width_vs_naive: width }: Pick<Backtest, 'width_vs_naive'>): string {
  const times = formatNumber(width);
  if (times === '1') return 'The way to the 85\u00a0% date is as long as with plain resampling.';
  return `The way to the 85\u00a0% date is ${times} times as long as with plain resampling${width > 1 ? ': the price of being right more often' : ''}.`;
}
