import type { Coverage, CoverageReport } from '../../api/types';
import { formatCount, formatNumber } from '../../kit';
import { percent } from './picture';

/** What a share says, in a sentence: '48 of 98 open items reach an objective; 31 are exempt.' */
export function shareSentence({ reached, total, exempt }: Coverage, what: string): string {
  const besides = exempt === 0 ? '' : `${formatNumber(exempt)} ${exempt === 1 ? 'is' : 'are'} exempt`;
  if (total === 0) return besides === '' ? `There is no ${what} work yet.` : `Nothing here needs a why: ${besides}.`;
  return `${formatNumber(reached)} of ${formatNumber(total)} ${what} ${total === 1 ? 'item reaches' : 'items reach'} an objective, ${percent({ reached, total })}${besides === '' ? '' : `; ${besides}`}.`;
}

/** On what the shares of themes and of exempt work stand, and whether that is enough. */
export function basisSentence({ sprints, finished, too_few: tooFew, enough }: Pick<CoverageReport, 'sprints' | 'finished' | 'too_few' | 'enough'>): string {
  if (sprints.length === 0) return 'No sprint has been closed yet: there is nothing to compare with.';
  const stands = `${formatCount(finished, 'item')} ${finished === 1 ? 'was' : 'were'} finished in the last ${sprints.length === 1 ? 'closed sprint' : `${sprints.length} closed sprints`}`;
  return tooFew ? `${stands}: too few to say. From ${enough} on shares say something.` : `${stands}.`;
}

/** '26 %', or a dash where nothing is known. */
export const inPercent = (share: number | null): string => (share === null ? '–' : `${formatNumber(Math.round(share))} %`);

/** What was planned against what it got, in words. */
export function against(share: number | null, planned: number | null): string {
  if (share === null) return planned === null ? 'nothing planned' : `${inPercent(planned)} planned`;
  return planned === null ? `${inPercent(share)}, nothing planned` : `${inPercent(share)} of ${inPercent(planned)} planned`;
}
