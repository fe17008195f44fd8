import { api } from '../../api/client';
import type { Change, Link, MyProduct, Opportunity } from '../../api/types';
import { act, decides, may, propose } from '../../kit';

export const opportunitiesPath = '/products/{product}/opportunities';
export const opportunityPath = '/opportunities/{opportunity}';
export const again = [opportunitiesPath, opportunityPath, '/objects/{object}', '/objects/{object}/history', '/objects/{object}/why', '/objects/{object}/links'];

export const needs: { id: Opportunity['need']; label: string; means: string }[] = [
  { id: 'need', label: 'Need', means: 'something people have to get done' },
  { id: 'pain', label: 'Pain', means: 'something that hurts today' },
  { id: 'desire', label: 'Desire', means: 'something that would delight' },
];
export const needName = (need: Opportunity['need']) => needs.find(({ id }) => id === need)!.label;

export const stateNames: Record<Opportunity['state'], string> = { open: 'Open', pursued: 'Pursued', parked: 'Parked', done: 'Done' };
export const states = Object.keys(stateNames) as Opportunity['state'][];
export const tones = { open: 'plain', pursued: 'doing', parked: 'plain', done: 'done' } as const;

type Fields = Partial<Pick<Opportunity, 'need' | 'state'>> & { parent?: string | null };

function patch(id: string, fields: Fields, version: number) {
  return api.patch(opportunityPath, { path: { opportunity: id }, body: fields, version });
}

/** Changes one value, with a way back. */
export function change(before: Opportunity, fields: Fields, done: string) {
  const back: Fields = {
    ...(fields.need && { need: before.need }), ...(fields.state && { state: before.state }), ...(fields.parent !== undefined && { parent: before.parent_id }),
  };
  return act<Opportunity>({ run: (now = before) => patch(before.id, fields, now.version), done, undo: (now) => patch(before.id, back, now.version), refresh: again });
}

async function servingOf(id: string): Promise<Link[]> {
  const { rows } = await api.get('/objects/{object}/links', { path: { object: id } });
  return rows.filter(({ relation, direction, object }) => relation === 'serves' && direction === 'from' && object.kind === 'objective');
}

/** Makes one objective the one it serves, or none. */
async function serve(id: string, objective: string | null): Promise<void> {
  const serving = await servingOf(id);
  if (objective !== null && !serving.some((link) => link.object.id === objective)) await api.post('/objects/{object}/links', { path: { object: id }, body: { relation: 'serves', to: objective } });
  for (const link of serving) if (link.object.id !== objective) await api.del('/links/{link}', { path: { link: link.id } });
}

/** Takes it to the top of the tree under an objective, or under none. */
export async function moveToObjective(product: MyProduct, before: Opportunity, objective: { id: string; title: string } | null): Promise<unknown> {
  // Where it hangs and what it serves are two changes: proposed, they go together.
  const leaves = before.parent_id !== null;
  if (!decides(may(product.can, 'link')) || (leaves && !decides(may(product.can, 'opportunities')))) {
    const to = objective?.id ?? null;
    const serving = await servingOf(before.id);
    const changes: Change[] = serving.filter(({ object }) => object.id !== to).map(({ id }) => ({ change: 'remove_link', with: { link: id, from: before.id } }));
    if (to !== null && changes.length === serving.length) changes.unshift({ change: 'add_link', with: { from: before.id, relation: 'serves', to } });
    if (leaves) changes.unshift({ change: 'edit_opportunity', with: { opportunity: before.id, parent: null } });
    return propose(product.key, changes);
  }
  const put = async (parent: string | null, under: string | null) => {
    const now = await api.get(opportunityPath, { path: { opportunity: before.id } });
    if (now.parent_id !== parent) await patch(before.id, { parent }, now.version);
    await serve(before.id, under);
  };
  return act({
    run: () => put(null, objective?.id ?? null), done: `${before.reference} stands ${objective ? `under “${objective.title}”` : 'under no objective'}`,
    undo: () => put(before.parent_id, before.objective?.id ?? null), refresh: again,
  });
}
