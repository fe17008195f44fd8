import type { KeyResult, Objective } from '../../api/types';
import { formatNumber, type Health } from '../../kit';

/** How far from the baseline to the target, from 0 to 1. */
export function shareOf({ baseline, target, current }: Pick<KeyResult, 'baseline' | 'target' | 'current'>): number {
  if (target === baseline) return current === target ? 1 : 0;
  return Math.min(Math.max((current - baseline) / (target - baseline), 0), 1);
}

/** The mean of its key results; nothing without any. */
export function shareOfObjective({ key_results }: Pick<Objective, 'key_results'>): number | null {
  return key_results.length === 0 ? null : key_results.reduce((sum, result) => sum + shareOf(result), 0) / key_results.length;
}

export function healthOf(confidence: number | null): Health {
  if (confidence === null) return 'unknown';
  return confidence >= 7 ? 'on' : confidence >= 4 ? 'risk' : 'off';
}

export function formatValue(value: number, unit: KeyResult['unit']): string {
  if (unit === 'yes_no') return value >= 1 ? 'yes' : 'not yet';
  return unit === 'percent' ? `${formatNumber(value)} %` : formatNumber(value);
}

/** The baseline and every reading since, oldest first. */
export function readings({ baseline, history }: Pick<KeyResult, 'baseline' | 'history'>): number[] {
  return [baseline, ...history.toSorted((a, b) => a.at.localeCompare(b.at)).map((checkIn) => checkIn.value)];
}

const statusOrder: Objective['status'][] = ['active', 'achieved', 'missed', 'dropped'];

/** Objectives by period, the latest first and those without one last; within a period the active ones first. */
export function byPeriod(objectives: Objective[]): { period: string; objectives: Objective[] }[] {
  return [...new Set(objectives.map((objective) => objective.period ?? ''))]
    .map((period) => ({ period, objectives: objectives.filter((objective) => (objective.period ?? '') === period).toSorted((a, b) => statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status)) }))
    .toSorted((a, b) => b.period.localeCompare(a.period));
}

/** The key result that was read longest ago, or never. */
export function longestUnread<T extends Pick<KeyResult, 'history'>>(results: T[]): T | undefined {
  const lastOf = ({ history }: T) => history.reduce((last, { at }) => (at > last ? at : last), '');
  return results.toSorted((a, b) => lastOf(a).localeCompare(lastOf(b)))[0];
}
