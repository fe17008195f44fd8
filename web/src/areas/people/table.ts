import type { DecisionRoles, DecisionRow, DecisionTable, Role } from '../../api/types';
import { roleName, roles as all } from '../../kit';

/** Lines as they would be, where they would be different. */
export type Draft = Partial<Record<DecisionRow['decision'], Role[]>>;

/** Viewers look on and decide nothing. */
export const deciders = all.filter((role) => role !== 'viewer');

const same = (a: Role[], b: Role[]) => a.length === b.length && a.every((role) => b.includes(role));

export const rolesOf = ({ decision, stored }: Pick<DecisionRow, 'decision' | 'stored'>, draft: Draft): Role[] => draft[decision] ?? stored;

/** The draft with another line; one that is as it is stored is no change. The roles keep their order. */
export function withLine(draft: Draft, row: DecisionRow, roles: Role[]): Draft {
  const { [row.decision]: _, ...others } = draft;
  return same(roles, row.stored) ? others : { ...others, [row.decision]: deciders.filter((role) => roles.includes(role)) };
}

/** A draft of all lines of a preset. */
export function draftOf(rows: DecisionRow[], preset: DecisionRoles[]): Draft {
  const wanted = new Map(preset.map(({ decision, roles }) => [decision, roles]));
  return rows.reduce<Draft>((draft, row) => {
    const roles = wanted.get(row.decision);
    return roles === undefined || row.fixed ? draft : withLine(draft, row, roles);
  }, {});
}

/** The preset that the table would equal; none where it is one of its own. */
export function presetOf({ rows, presets }: Pick<DecisionTable, 'rows' | 'presets'>, draft: Draft): DecisionTable['presets'][number] | undefined {
  return presets.find((preset) => preset.rows.every(({ decision, roles }) => {
    const row = rows.find((candidate) => candidate.decision === decision);
    return row !== undefined && same(roles, rolesOf(row, draft));
  }));
}

export interface LineChange { row: DecisionRow; roles: Role[]; text: string }

/** What would be different, line by line: 'order the backlog: product owner, developer (now product owner)'. */
export function changesOf(rows: DecisionRow[], draft: Draft): LineChange[] {
  const named = (roles: Role[]) => (roles.length === 0 ? 'nobody' : roles.map((role) => roleName(role)).join(', '));
  return rows.flatMap((row) => {
    const roles = draft[row.decision];
    return roles === undefined ? [] : [{ row, roles, text: `${row.sentence}: ${named(roles)} (now ${named(row.stored)})` }];
  });
}
