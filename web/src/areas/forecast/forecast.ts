import type { Backtest, Thing, When } from '../../api/types';
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

/** '27 items, the last is 312th in the order' */
export function placeOf({ items, place }: Pick<Thing, 'items' | 'place'>): string {
  return items === 1 ? `1 item, ${ordinal(place)} in the order` : `${formatCount(items, 'item')}, the last is ${ordinal(place)} in the order`;
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
