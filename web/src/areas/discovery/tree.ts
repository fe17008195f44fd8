import type { Opportunity } from '../../api/types';

export interface Branch {
  id: string;
  reference: string;
  opportunity: Opportunity;
  depth: number;
  /** Opportunities right below it, shown or not. */
  below: number;
  /** Stands here only because something below it matches. */
  passing: boolean;
}

export interface Group { objective: { id: string; reference: string; title: string } | null; branches: Branch[] }

/** The most heard first. */
function byVoices(a: Opportunity, b: Opportunity): number {
  return b.voices - a.voices || a.title.localeCompare(b.title);
}

function childrenOf(opportunities: Opportunity[]): Map<string | null, Opportunity[]> {
  const known = new Set(opportunities.map(({ id }) => id));
  const children = new Map<string | null, Opportunity[]>();
  for (const opportunity of opportunities.toSorted(byVoices)) {
    // One whose parent cannot be seen stands at the top.
    const parent = opportunity.parent_id !== null && known.has(opportunity.parent_id) ? opportunity.parent_id : null;
    children.set(parent, [...(children.get(parent) ?? []), opportunity]);
  }
  return children;
}

/** The tree as rows, grouped by the objective of each root, in the order of the objectives; without one last. */
export function groups(
  opportunities: Opportunity[], objectives: NonNullable<Group['objective']>[], matches: (opportunity: Opportunity) => boolean, closed: ReadonlySet<string>,
): Group[] {
  const children = childrenOf(opportunities);
  const walk = (opportunity: Opportunity, depth: number): Branch[] => {
    const below = children.get(opportunity.id) ?? [];
    const inner = below.flatMap((child) => walk(child, depth + 1));
    const matched = matches(opportunity);
    if (!matched && inner.length === 0) return [];
    const { id, reference } = opportunity;
    return [{ id, reference, opportunity, depth, below: below.length, passing: !matched }, ...(closed.has(id) ? [] : inner)];
  };
  const roots = children.get(null) ?? [];
  const named = new Map(objectives.map((objective) => [objective.id, objective]));
  for (const { objective } of roots) if (objective && !named.has(objective.id)) named.set(objective.id, objective);
  return [...[...named.values()].map((objective) => ({ objective, of: objective.id })), { objective: null, of: null }]
    .map(({ objective, of }) => ({ objective, branches: roots.filter((root) => (root.objective?.id ?? null) === of).flatMap((root) => walk(root, 0)) }))
    .filter(({ objective, branches }) => objective !== null || branches.length > 0);
}

/** An opportunity and everything below it: none of these can be its parent. */
export function withAllBelow(opportunities: Opportunity[], id: string): Set<string> {
  const children = childrenOf(opportunities);
  const found = new Set([id]);
  for (const one of found) for (const child of children.get(one) ?? []) found.add(child.id);
  return found;
}
