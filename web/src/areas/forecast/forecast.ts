import type { Backtest, Outlook, Thing, When } from '../../api/types';
import { formatCount, formatNumber } from '../../kit';
import { dayOf } from '../../kit/likely';

/** The likelihoods a forecast names, in percent. */
export const percents = ['50', '70', '85', '95'] as const;

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** '1st', '312th', '1,002nd' */
export function ordinal(place: number): string {
  return `${formatNumber(place)}${endings[ordinals.select(place)] ?? 'th'}`;
}

/** '27 items, the last is 312th in the order'; '3 items and 1 epic not split yet, …' */
export function placeOf({ items, unsplit, place }: Pick<Thing, 'items' | 'unsplit' | 'place'>): string {
  const what = amountOf(items, unsplit, 'item');
  return items + unsplit === 1 ? `${what}, ${ordinal(place)} in the order` : `${what}, the last is ${ordinal(place)} in the order`;
}

/** '27 open items', '1 epic not split yet', '27 open items and 2 epics not split yet' */
export function amountOf(items: number, unsplit: number, one = 'open item'): string {
  const epics = unsplit === 0 ? [] : [`${formatCount(unsplit, 'epic')} not split yet`];
  return [...(items === 0 && unsplit > 0 ? [] : [formatCount(items, one)]), ...epics].join(' and ');
}

/** What is taken for granted of epics that are not split yet; nothing where there are none. */
export function splitOf({ unsplit, split }: Pick<Outlook, 'unsplit' | 'split'>): string | null {
  if (unsplit === 0) return null;
  return split === null ? 'Each epic that is not split yet counts as one item: too few epics were split to tell how large they are.' : `Each epic that is not split yet counts as about ${formatNumber(Math.round(split * 10) / 10)} items, as many as the latest epics were split into.`;
}

/** What new work does to a thing; nothing where none comes in ahead of it. */
export function aheadOf({ ahead }: Pick<Thing, 'ahead'>): string | null {
  return ahead < 0.005 ? null : `Of what was finished lately, ${Math.round(ahead * 100)}\u00a0% was put ahead of older work that stands no further down; so much of the pace is taken for what is still to come in.`;
}

/** The pace at which so many are in progress at once, in percent of today's, where each takes as long as now (Little's law). */
export function paceOfProgress(atOnce: number, now: number): number | null {
  if (now === 0 || !Number.isInteger(atOnce) || atOnce < 1) return null;
  return Math.min(500, Math.max(10, Math.round((100 * atOnce) / now)));
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

/** How likely something is done by the evening of a day, as a word; 'past' up to the day it starts from. */
export function likelyOn(date: string, today: string, when: When): 'past' | 'none' | 'half' | 'more' | 'likely' | 'nearly' {
  if (date <= today) return 'past';
  const reached = (percent: (typeof percents)[number]) => (when[percent] ?? '9999') <= date;
  if (reached('95')) return 'nearly';
  if (reached('85')) return 'likely';
  if (reached('70')) return 'more';
  return reached('50') ? 'half' : 'none';
}

/** The months from one day to another, each with its days and how many weekdays of its first week lie before it. */
export function monthsOf(from: string, to: string): { first: string; blank: number; days: string[] }[] {
  const months = [];
  for (let month = new Date(`${from.slice(0, 7)}-01T00:00Z`); month.toISOString().slice(0, 7) <= to.slice(0, 7); month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1))) {
    const first = month.toISOString().slice(0, 10);
    const length = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
    months.push({ first, blank: (month.getUTCDay() + 6) % 7, days: Array.from({ length }, (_, index) => `${first.slice(0, 8)}${String(index + 1).padStart(2, '0')}`) });
  }
  return months;
}
