import { api } from '../../api/client';
import type { Objective, Theme } from '../../api/types';
import { act, formatNumber } from '../../kit';
import { again } from './actions';

export const themesPath = '/products/{product}/themes';
export const themePath = '/themes/{theme}';
export const themesAgain = [themesPath, themePath, '/objects/{object}', '/objects/{object}/history', '/products/{product}/coverage'];

/** Says that an objective advances a theme. */
export function advance(objective: Pick<Objective, 'id' | 'reference'>, theme: Pick<Theme, 'id' | 'reference' | 'title'>) {
  return act({
    run: () => api.post('/objects/{object}/links', { path: { object: objective.id }, body: { relation: 'advances', to: theme.id } }),
    done: `${objective.reference} advances ${theme.title}`, undo: (link) => api.del('/links/{link}', { path: { link: link.id } }),
    refresh: [...again, ...themesAgain, '/objects/{object}/links'],
  });
}

/** What the shares of the themes leave, in a sentence. */
export function targetsSentence(targets: number): string {
  if (targets > 100) return `The targets come to ${formatNumber(targets)} %: more than there is.`;
  return targets === 100 ? 'The targets come to 100 %: nothing is left for anything else.' : `The targets come to ${formatNumber(targets)} %; ${formatNumber(100 - targets)} % is left for everything else.`;
}
