import { api } from '../../api/client';
import type { Promise as Promised, PromiseState } from '../../api/types';
import { act } from '../../kit';

export const promisesPath = '/products/{product}/promises';
export const promisePath = '/promises/{promise}';
export const promisesAgain = [promisesPath, promisePath, '/objects/{object}', '/objects/{object}/history', '/objects/{object}/links', '/products/{product}/home'];

export const promiseStates: { id: PromiseState; label: string }[] = [
  { id: 'open', label: 'Open' }, { id: 'kept', label: 'Kept' }, { id: 'broken', label: 'Broken' }, { id: 'withdrawn', label: 'Withdrawn' },
];
export const stateName = (state: PromiseState) => promiseStates.find(({ id }) => id === state)!.label;
export const stateTones = { open: 'plain', kept: 'done', broken: 'risk', withdrawn: 'plain' } as const satisfies Record<PromiseState, string>;

/** Says what became of a promise. */
export function setPromiseState(promise: Promised, state: PromiseState) {
  const put = (to: PromiseState, version: number) => api.patch(promisePath, { path: { promise: promise.id }, body: { state: to }, version });
  return act<Promised>({
    run: (now = promise) => put(state, now.version), done: `${promise.reference} is ${stateName(state).toLowerCase()}`,
    undo: (now) => put(promise.state, now.version), refresh: promisesAgain,
  });
}

/** Whether its last day is over and nobody has said what became of it. */
export function isOverdue({ state, due_on: due }: Pick<Promised, 'state' | 'due_on'>, today = new Date()): boolean {
  return state === 'open' && due !== null && new Date(`${due}T23:59:59`) < today;
}
