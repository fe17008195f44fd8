import { api } from '../../api/client';
import type { Feedback, Stub } from '../../api/types';
import { act } from '../../kit';

export const feedbackPath = '/products/{product}/feedback';
export const onePath = '/feedback/{feedback}';
export const customersPath = '/products/{product}/customers';
export const customerPath = '/customers/{customer}';
export const again = [feedbackPath, onePath, customersPath, customerPath, '/objects/{object}', '/objects/{object}/history', '/objects/{object}/links', '/objects/{object}/outcome'];

export const stateNames: Record<Feedback['state'], string> = { new: 'New', triaged: 'Triaged', postponed: 'Postponed', declined: 'Declined', told: 'Told' };
export const states = Object.keys(stateNames) as Feedback['state'][];
export const tones = { new: 'doing', triaged: 'plain', postponed: 'plain', declined: 'plain', told: 'done' } as const;

export type TriageState = Exclude<Feedback['state'], 'told'>;
/** An answer that is no yes; it says why. */
export type Answered = 'postponed' | 'declined';
export const isAnswer = (state: string): state is Answered => state === 'postponed' || state === 'declined';

function put(id: string, state: Feedback['state'], reason?: string | null) {
  return api.put('/feedback/{feedback}/triage', { path: { feedback: id }, body: { state, reason: reason ?? undefined } });
}

/** Says what is to become of it. Declining and postponing need a reason. */
export function triage(before: Feedback, state: TriageState, reason?: string, refused?: Parameters<typeof act>[0]['refused']) {
  return act({
    run: () => put(before.id, state, reason), done: `${before.reference} is ${stateNames[state].toLowerCase()}`,
    undo: () => put(before.id, before.state, before.reason), refresh: again, refused,
  });
}

/** Links it to what it asks for; what was new has been understood by that. */
export function linkTo(before: Feedback, { id, reference }: Pick<Stub, 'id' | 'reference'>, mayTriage: boolean) {
  const triages = mayTriage && before.state === 'new';
  return act({
    run: async () => {
      const made = await api.post('/objects/{object}/links', { path: { object: before.id }, body: { relation: 'asks_for', to: id } });
      if (triages) await put(before.id, 'triaged');
      return made;
    },
    done: `${before.reference} asks for ${reference}${triages ? ' and is triaged' : ''}`,
    undo: async (made) => {
      await api.del('/links/{link}', { path: { link: made.id } });
      if (triages) await put(before.id, before.state, before.reason);
    },
    refresh: again,
  });
}
