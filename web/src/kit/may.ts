import type { Can, Decision, Item } from '../api/types';

/** Whether the reader may do a thing and, if not, the sentence that says who can. */
export interface Verdict { ok: boolean; why?: string }

/** Whether the reader may write an item's title, text and criteria: while its sprint runs, the team writes along. */
export function mayWrite({ can, sprint }: Pick<Item, 'can' | 'sprint'>): Verdict {
  return may(can, sprint?.state === 'active' ? 'story_in_sprint' : 'story');
}

/** Reads the server's answer; the UI knows no rule of its own. */
export function may(can: Can | undefined, decision: Decision): Verdict {
  const answer = can?.[decision];
  if (answer === 'yes') return { ok: true };
  return { ok: false, why: answer ?? 'Your role in this product does not decide this' };
}
