import type { HomeEntry, HomeSort } from '../../api/types';
import { formatCount } from '../../kit';

export const sortNames: Record<HomeSort, string> = {
  proposal: 'Proposals', question: 'Questions', blocked: 'Blocked', acceptance: 'To accept', contradiction: 'Contradictions', drift: 'Drift',
  sprint_to_close: 'Sprints to close', check_in: 'Check-ins', promise_due: 'Promises', feedback: 'Feedback',
};

/** How much is listed, and whether that is all, as in "21 things" and "40+ things". */
export function sayListed(sorts: { listed: number; more: boolean }[]): string {
  const listed = sorts.reduce((sum, sort) => sum + sort.listed, 0);
  return sorts.some(({ more }) => more) ? `${listed}+ things` : formatCount(listed, 'thing');
}

/** What opens a dialog of another room, and how its button is called. */
export const dialogNames: Partial<Record<HomeSort, string>> = { sprint_to_close: 'Close…', check_in: 'Check in…' };

/** What a no settles, with a reason. */
export const isDeclined = ({ sort }: HomeEntry) => sort === 'proposal' || sort === 'feedback';

/** Names a row for the cursor: two entries may be about one object. */
export function keyOf({ sort, object, proposal, question, contradiction, drift, title }: HomeEntry): string {
  const other = contradiction ? `${contradiction.rule} ${contradiction.other.id}` : drift ? drift.field : '';
  return `${sort} ${proposal?.id ?? question?.id ?? object?.id ?? title} ${other}`;
}

/** Where an entry that is not settled in place is settled: a page of the product, and what to show on it. */
export function placeOf({ sort, object, proposal, question }: HomeEntry): { to: string; query?: Record<string, string> } | undefined {
  const reference = proposal?.reference ?? question?.reference ?? object?.reference;
  const peek = reference === undefined ? undefined : { peek: reference };
  switch (sort) {
    case 'proposal': return { to: 'decisions', query: peek };
    case 'question': return { to: 'decisions', query: { tab: 'questions', ...peek } };
    case 'sprint_to_close': return { to: 'sprint' };
    case 'check_in': return { to: 'objectives', query: peek };
    case 'promise_due': return { to: 'roadmap', query: peek };
    case 'feedback': return { to: 'feedback', query: peek };
    case 'contradiction': return { to: 'line', query: { tab: 'contradictions' } };
    case 'drift': return { to: 'line', query: { tab: 'drift' } };
    default: return undefined;
  }
}
