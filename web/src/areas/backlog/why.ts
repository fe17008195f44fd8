import { api, Problem } from '../../api/client';
import type { Kind, Link, Relation, Stub } from '../../api/types';
import { offer, propose, refresh, toast, toastProblem, type Verdict } from '../../kit';

type Named = Pick<Stub, 'id' | 'reference' | 'kind'>;

/** What gives work its reason, the nearest first. */
export const reasons = ['initiative', 'opportunity', 'objective'] as const satisfies readonly Kind[];
const again = ['/objects/{object}/why', '/objects/{object}/outcome', '/objects/{object}/links', '/items/{item}'];

/** How an item hangs on a reason, after the table of relations; nothing where it cannot. */
export function relationTo(relations: Relation[], item: Kind, reason: Kind): Relation['relation'] | undefined {
  return relations.find(({ line, from, to }) => line && from.includes(item) && to.includes(reason))?.relation;
}

interface Where { product: string; relations: Relation[]; /** Whether the reader may link. */ allowed: Verdict }

/** Links items to their reason. One that is linked so already is left as it is; one that is refused keeps none of the others. */
export async function linkToReason(rows: Named[], reason: Named, { product, relations, allowed }: Where): Promise<void> {
  if (rows.length > 1 && allowed.proposeTo !== undefined) {
    await propose(product, rows.map(({ id, kind }) => ({ change: 'add_link', with: { from: id, relation: relationTo(relations, kind, reason.kind), to: reason.id } })));
    return;
  }
  let refused = 0;
  const link = async () => {
    const made: Link[] = [];
    for (const { id, kind } of rows) {
      try {
        made.push(await api.post('/objects/{object}/links', { path: { object: id }, body: { relation: relationTo(relations, kind, reason.kind), to: reason.id } }));
      } catch (problem) {
        if (problem instanceof Problem && problem.body.type === '/problems/linked-already') continue;
        refused += 1;
        if (refused === 1) toastProblem(problem);
      }
    }
    return made;
  };
  const answer = await link();
  await refresh(...again);
  const what = (count: number) => (rows.length === 1 ? rows[0]!.reference : `${count} of ${rows.length} items`);
  if (answer.length > 0) {
    offer({
      done: `${what(answer.length)} linked to ${reason.reference}`, answer, run: link,
      undo: (made) => Promise.all(made.map(({ id }) => api.del('/links/{link}', { path: { link: id } }))), refresh: again,
    });
  } else if (refused === 0) toast(rows.length === 1 ? `${rows[0]!.reference} is linked to ${reason.reference} already` : `All ${rows.length} are linked to ${reason.reference} already`);
}
