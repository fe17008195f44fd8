import { api } from '../../api/client';
import type { KeyResult, Objective } from '../../api/types';
import { act } from '../../kit';

export const objectivesPath = '/products/{product}/objectives';
export const objectivePath = '/objectives/{objective}';
export const again = [objectivesPath, objectivePath, '/objects/{object}', '/objects/{object}/history'];

export const statusNames: Record<Objective['status'], string> = { active: 'Active', achieved: 'Achieved', missed: 'Missed', dropped: 'Dropped' };
export const statuses = Object.keys(statusNames) as Objective['status'][];

export function setStatus(objective: Objective, status: Objective['status']) {
  const patch = (to: Objective['status'], version: number) => api.patch(objectivePath, { path: { objective: objective.id }, body: { status: to }, version });
  return act<Objective>({
    run: (now = objective) => patch(status, now.version), done: `${objective.reference} is ${statusNames[status].toLowerCase()}`,
    undo: (now) => patch(objective.status, now.version), refresh: again,
  });
}

export function deleteKeyResult(objective: Objective, { id, title, unit, baseline, target, history }: KeyResult) {
  return act({
    run: () => api.del('/key-results/{key_result}', { path: { key_result: id }, version: objective.version }), done: `Key result “${title}” deleted`,
    // Check-ins cannot be brought back with their dates: with any, the page asks first.
    undo: history.length > 0 ? undefined : () => api.post('/objectives/{objective}/key-results', { path: { objective: objective.id }, body: { title, unit, baseline, target } }),
    refresh: again,
  });
}
