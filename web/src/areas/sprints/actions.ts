import { create } from 'zustand';
import { api } from '../../api/client';
import type { Item, Row, Sprint, WorkflowState } from '../../api/types';
import { act, announce, refresh, type Verdict } from '../../kit';
import type { Card } from './sprint';

export const sprintsPath = '/products/{product}/sprints';
export const sprintPath = '/sprints/{sprint}';
export const boardPath = '/sprints/{sprint}/board';
export const burndownPath = '/sprints/{sprint}/burndown';
export const forecastPath = '/sprints/{sprint}/forecast';
export const itemsPath = '/products/{product}/items';
/** What a change of a sprint or of its contents shows in. */
export const again = [sprintsPath, sprintPath, boardPath, burndownPath, forecastPath, itemsPath, '/items/{item}', '/objects/{object}', '/objects/{object}/history'];

type To = Pick<WorkflowState, 'name' | 'category'>;
/** Cards on their way: each is shown where it goes until a board read after its move says the same. */
export const useMoves = create<{ moves: ReadonlyMap<string, { card: Card; to: To }> }>(() => ({ moves: new Map() }));

/** Moves a card: at once on the screen, then on the server, with a way back. */
export async function moveCard(card: Card, to: To, allowed: Verdict): Promise<void> {
  if (card.state === to.name) return;
  const path = { item: card.id };
  const put = (state: string) => api.put('/items/{item}/state', { path, body: { state } });
  const move = { card, to };
  useMoves.setState(({ moves }) => ({ moves: new Map(moves).set(card.id, move) }));
  announce(`${card.reference} ${allowed.proposeTo === undefined ? 'moved to' : 'proposed for'} ${to.name}`);
  await act({ run: () => put(to.name), done: `${card.reference} is ${to.name.toLowerCase()}`, undo: () => put(card.state), refresh: again });
  await refresh(boardPath);
  useMoves.setState(({ moves }) => ({ moves: new Map([...moves].filter(([, other]) => other !== move)) }));
}

/** Says what an item waits for; null that it waits no more. */
export async function setBlocked(card: Card, reason: string | null): Promise<void> {
  const path = { item: card.id };
  let before: string | null = null;
  const patch = (to: string | null, version: number) => api.patch('/items/{item}', { path, body: { blocked_reason: to }, version });
  await act<Item>({
    run: async (back) => {
      const now = back ?? await api.get('/items/{item}', { path });
      if (!back) before = now.blocked_reason;
      return patch(reason, now.version);
    },
    done: reason === null ? `${card.reference} is no longer blocked` : `${card.reference} is blocked`,
    undo: (now) => patch(before, now.version), refresh: again,
  });
}

/** Puts items into a sprint or, with null, takes them out of the one they are in. */
export async function plan(rows: Row[], sprint: Pick<Sprint, 'id' | 'name'> | null, allowed: Verdict): Promise<void> {
  const move = async (to: (row: Row) => [from: string | null, to: string | null]) => {
    for (const row of rows) {
      const [from, into] = to(row);
      if (into !== null) await api.put('/sprints/{sprint}/items/{item}', { path: { sprint: into, item: row.id } });
      else if (from !== null) await api.del('/sprints/{sprint}/items/{item}', { path: { sprint: from, item: row.id } });
    }
  };
  const what = rows.length === 1 ? rows[0]!.reference : `${rows.length} items`;
  announce(`${allowed.proposeTo === undefined ? '' : 'Proposed: '}${what} ${sprint ? `into ${sprint.name}` : 'out of the sprint'}`);
  const done = await act({
    run: async () => {
      await move((row) => [row.sprint_id, sprint?.id ?? null]);
      return true;
    },
    done: sprint ? `${what} ${rows.length === 1 ? 'is' : 'are'} in ${sprint.name}` : `${what} went back to the backlog`,
    undo: () => move((row) => [sprint?.id ?? null, row.sprint_id]), refresh: again,
  });
  // Some may have moved before one was refused.
  if (!done) await refresh(...again);
}

export function startSprint(sprint: Sprint): Promise<Sprint | undefined> {
  return act({ run: () => api.put('/sprints/{sprint}/start', { path: { sprint: sprint.id } }), done: `${sprint.name} has started`, refresh: again });
}
