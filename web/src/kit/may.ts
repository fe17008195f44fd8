import type { Can, Decision, Item } from '../api/types';

/** Whether the reader may do a thing; where it is not theirs to decide, the sentence that says whose it is. */
export interface Verdict {
  ok: boolean;
  why?: string;
  /** It may be done only as a proposal: who decides about it, by name. */
  proposeTo?: string;
}

/** Whether the reader may write an item's title, text and criteria: while its sprint runs, the team writes along. */
export function mayWrite({ can, sprint }: Pick<Item, 'can' | 'sprint'>): Verdict {
  return may(can, sprint?.state === 'active' ? 'story_in_sprint' : 'story');
}

/** Reads the server's answer; the UI knows no rule of its own. */
export function may(can: Can | undefined, decision: Decision): Verdict {
  const answer = can?.[decision];
  if (answer === 'yes') return { ok: true };
  if (answer === undefined) return { ok: false, why: 'Your role in this product does not decide this' };
  const { why, propose_to: proposeTo } = answer;
  return proposeTo ? { ok: true, why, proposeTo } : { ok: false, why };
}

/** Whether it is the reader's own to decide, not to be proposed. */
export function decides({ ok, proposeTo }: Verdict): boolean {
  return ok && proposeTo === undefined;
}

/** The first verdict of several decisions that one change takes: refused before proposed before the reader's own. */
export function allOf(...verdicts: Verdict[]): Verdict {
  return verdicts.find(({ ok }) => !ok) ?? verdicts.find((verdict) => !decides(verdict)) ?? { ok: true };
}

/** The best verdict of several decisions any of which will do. */
export function anyOf(first: Verdict, ...others: Verdict[]): Verdict {
  const all = [first, ...others];
  return all.find(decides) ?? all.find(({ ok }) => ok) ?? first;
}

/** Those who decide, short enough for a button or a toast. */
export function few(names: string): string {
  const [first, ...others] = names.split(' or ');
  return others.length < 2 ? names : `${first} or ${others.length} others`;
}

/** What a button says that proposes; nothing where it does the thing itself. */
export function proposing(allowed: Verdict | undefined): string | undefined {
  return allowed?.ok && allowed.proposeTo !== undefined ? `Propose to ${few(allowed.proposeTo)}` : undefined;
}

/** What is worth knowing of a control before it is used: that it proposes and to whom, or why it is refused. */
export function hintOf(allowed: Verdict | undefined): string | undefined {
  if (allowed === undefined || decides(allowed)) return undefined;
  if (allowed.proposeTo === undefined) return allowed.why;
  return `Proposes it to ${few(allowed.proposeTo)}. ${allowed.why ?? ''}`.trim();
}

/** Marks a control that proposes; the kit draws it with a dashed line. */
export function markOf(allowed: Verdict | undefined): { 'data-proposes'?: true } {
  return proposing(allowed) === undefined ? {} : { 'data-proposes': true };
}
