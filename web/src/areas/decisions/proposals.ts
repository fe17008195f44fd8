import type { Effect, Proposal, ProposedPart, Question, ResponseTime, Role, Stub } from '../../api/types';
import { formatCount, formatDate, formatNumber, listed, roleName } from '../../kit';

export const states = { open: 'Open', accepted: 'Accepted', declined: 'Declined', withdrawn: 'Withdrawn' } satisfies Record<Proposal['state'], string>;

/** Questions go to the team and the product manager. */
export const asked: Role[] = ['product_manager', 'product_owner', 'scrum_master', 'developer'];

export interface Group { title: string; rows: Proposal[] }

/** Open ones: those the reader decides, their own, the rest, each as long as they have waited. Others: the last decided first. */
export function groupsOf(rows: Proposal[], state: Proposal['state']): Group[] {
  if (state !== 'open') return [{ title: states[state], rows: rows.toSorted((a, b) => (b.decided_at ?? '').localeCompare(a.decided_at ?? '')) }];
  const mine = rows.filter(({ may_decide: decides }) => decides);
  const own = rows.filter((row) => row.own && !row.may_decide);
  const rest = rows.filter((row) => !row.own && !row.may_decide);
  return [{ title: 'For you to decide', rows: mine }, { title: 'Yours, with others to decide', rows: own }, { title: 'With others', rows: rest }].filter((group) => group.rows.length > 0);
}

/** A value can be changed before it is accepted where what is shown is what was given: words and numbers, not what stands for something else. */
export function isEditable({ given, fields }: ProposedPart): boolean {
  return (typeof given === 'string' || typeof given === 'number') && fields.length === 1 && fields[0]!.after === given;
}

/** The value as it was given, for a field. */
export function givenText({ given }: ProposedPart): string {
  return typeof given === 'string' || typeof given === 'number' ? given.toString() : '';
}

export type Edits = Record<string, string>;

/** What was typed, as the field takes it; nothing where it is no number though one was given. */
export function typed(part: ProposedPart, text: string): string | number | undefined {
  if (typeof part.given !== 'number') return text;
  const number = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || Number.isNaN(number) ? undefined : number;
}

export interface Acceptance { parts?: string[]; edits?: Record<string, string | number> }

/** How a proposal is accepted: without the parts that are left out, with other values where they were changed. Nothing when that cannot be. */
export function acceptanceOf(parts: ProposedPart[], left: ReadonlySet<string>, edits: Edits): Acceptance | undefined {
  const taken = parts.filter(({ id }) => !left.has(id));
  if (taken.length === 0) return undefined;
  const changed: Record<string, string | number> = {};
  for (const part of taken) {
    const text = edits[part.id];
    if (text === undefined) continue;
    const value = typed(part, text);
    if (value === undefined) return undefined;
    if (value !== part.given) changed[part.id] = value;
  }
  return {
    ...(taken.length < parts.length && { parts: taken.map(({ id }) => id) }),
    ...(Object.keys(changed).length > 0 && { edits: changed }),
  };
}

/** What was done, for the toast. */
export function acceptedText({ reference, title, state, awaited, parts }: Proposal, { parts: taken, edits }: Acceptance): string {
  if (state === 'open') return `You agreed to ${reference}; ${listed(awaited.map((role) => `the ${roleName(role)}`))} ${awaited.length === 1 ? 'has' : 'have'} yet to`;
  const how = taken === undefined ? '' : ` ${taken.length} of ${parts.length} of`;
  return `Accepted${how} ${reference}${edits === undefined ? '' : ', with changes'}: ${title}`;
}

const day = 86_400_000;

/** '12 Mar → 20 Mar, 8 days later'. */
export function slipOf(before: string | null, after: string | null): string {
  if (before === null || after === null) return `${before === null ? 'no day' : formatDate(before)} → ${after === null ? 'no day' : formatDate(after)}`;
  const days = Math.round((Date.parse(after) - Date.parse(before)) / day);
  return `${formatDate(before)} → ${formatDate(after)}, ${formatCount(Math.abs(days), 'day')} ${days > 0 ? 'later' : 'sooner'}`;
}

function placed(before: string | null, after: string | null): string {
  if (before === null) return `comes in at place ${after}`;
  return after === null ? `leaves its place ${before}` : `goes from place ${before} to ${after}`;
}

export interface Consequences { makeWay: Stub[]; told: { object: Stub; text: string }[] }

/** What would change along: what makes way in one line, each other thing in its own. */
export function consequencesOf(effects: Effect[]): Consequences {
  const isAside = ({ what, before, after }: Effect) => what === 'place' && before === null && after === null;
  return {
    makeWay: effects.filter(isAside).map(({ object }) => object),
    told: effects.filter((effect) => !isAside(effect)).map(({ object, what, before, after }) => ({ object, text: what === 'place' ? placed(before, after) : `likely ${slipOf(before, after)}` })),
  };
}

/** Why the reader does not decide it. */
export function notMine({ to, state, approvals }: Proposal, me: string): string {
  if (state !== 'open') return `It was ${state} already`;
  return approvals.some(({ by }) => by?.id === me) ? 'You have agreed; others have yet to' : `${to} decides this`;
}

// ---- questions

/** '3 hours', '2 days'. */
export function hoursText(hours: number): string {
  if (hours < 1) return formatCount(Math.max(1, Math.round(hours * 60)), 'minute');
  return hours < 48 ? formatCount(Math.round(hours), 'hour') : formatCount(Math.round(hours / 24), 'day');
}

/** How fast a role answers, in one sentence. */
export function responseText({ role, open, answered, median_hours: median, p85_hours: p85 }: ResponseTime): string {
  const waits = open === 0 ? '' : ` ${formatNumber(open)} ${open === 1 ? 'waits' : 'wait'}.`;
  if (answered === 0 || median === null) return `The ${roleName(role)} has answered no question in 90 days.${waits}`;
  if (answered === 1) return `The ${roleName(role)} answered one question in 90 days, within ${hoursText(median)}.${waits}`;
  const slow = p85 === null || hoursText(p85) === hoursText(median) ? '' : `, 85 of 100 within ${hoursText(p85)}`;
  return `The ${roleName(role)} answers half of the questions within ${hoursText(median)}${slow} (${formatNumber(answered)} in 90 days).${waits}`;
}

/** Who answers: by name, or the role where nobody holds it. */
export function askedOf({ to, role }: Pick<Question, 'to' | 'role'>): string {
  return to.length === 0 ? `the ${roleName(role)}` : to.join(' or ');
}
