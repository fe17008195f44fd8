import type { Can, Decision } from '../api/types';

/** Whether the reader may do a thing and, if not, the sentence that says who can. */
export interface Verdict { ok: boolean; why?: string }

/** Reads the server's answer; the UI knows no rule of its own. */
export function may(can: Can | undefined, decision: Decision): Verdict {
  const answer = can?.[decision];
  if (answer === 'yes') return { ok: true };
  return { ok: false, why: answer ?? 'Your role in this product does not decide this' };
}
