import { api } from '../../api/client';
import type { Proposal, Question } from '../../api/types';
import { act, type Refused, toast } from '../../kit';
import { type Acceptance, acceptedText, askedOf } from './proposals';

export const proposalsPath = '/products/{product}/proposals';
export const proposalPath = '/proposals/{proposal}';
export const logPath = '/products/{product}/decision-log';
export const recordPath = '/decision-log/{decision}';
export const questionsPath = '/products/{product}/questions';
export const questionPath = '/questions/{question}';

const decided = [proposalsPath, proposalPath, logPath, '/products/{product}/home', '/objects/{object}', '/objects/{object}/links', '/objects/{object}/history', '/items/{item}', '/products/{product}/decisions'];
const asked = [questionsPath, questionPath, logPath, '/products/{product}/home', '/objects/{object}/links', '/objects/{object}/history', '/items/{item}'];
const logged = [logPath, '/objects/{object}/links'];

const path = ({ id }: { id: string }) => ({ proposal: id });
const reopen = (proposal: Proposal) => api.put('/proposals/{proposal}/reopening', { path: path(proposal), version: proposal.version });

/** Carries a proposal out, or agrees to it where several have to. */
export function accept(proposal: Proposal, acceptance: Acceptance): Promise<Proposal | undefined> {
  return act<Proposal>({
    run: () => api.put('/proposals/{proposal}/acceptance', { path: path(proposal), version: proposal.version, body: acceptance }),
    done: (answer) => acceptedText(answer, acceptance), refresh: decided,
  });
}

export function decline(proposal: Proposal, reason: string, refused: Refused): Promise<Proposal | undefined> {
  return act<Proposal>({
    run: () => api.put('/proposals/{proposal}/refusal', { path: path(proposal), version: proposal.version, body: { reason } }),
    done: `Declined ${proposal.reference}: ${proposal.title}`, undo: reopen, refresh: decided, refused,
  });
}

export function withdraw(proposal: Proposal): Promise<Proposal | undefined> {
  return act<Proposal>({
    run: (now = proposal) => api.put('/proposals/{proposal}/withdrawal', { path: path(proposal), version: now.version }),
    done: `Withdrawn ${proposal.reference}: ${proposal.title}`, undo: reopen, refresh: decided,
  });
}

/** Opens one's own proposal again. */
export function openAgain(proposal: Proposal): Promise<Proposal | undefined> {
  return act<Proposal>({
    run: (now = proposal) => reopen(now), done: `${proposal.reference} waits again`, refresh: decided,
    undo: (now) => api.put('/proposals/{proposal}/withdrawal', { path: path(proposal), version: now.version }),
  });
}

export function bringUpToDate(proposal: Proposal): Promise<Proposal | undefined> {
  return act<Proposal>({ run: () => api.put('/proposals/{proposal}/rebase', { path: path(proposal), version: proposal.version }), done: `${proposal.reference} is up to date`, refresh: decided });
}

// ---- questions

export interface NewQuestion { title: string; body: string; role: Question['role']; about?: string }

export function ask(product: string, body: NewQuestion, refused: Refused): Promise<Question | undefined> {
  return act<Question, { id: string }>({
    run: (back) => (back === undefined
      ? api.post('/products/{product}/questions', { path: { product }, body })
      : api.del('/objects/{object}/archive', { path: { object: back.id } }).then(() => api.get('/questions/{question}', { path: { question: back.id } }))),
    done: (question) => `Asked ${askedOf(question)}: ${question.title}`,
    undo: ({ id }) => api.put('/objects/{object}/archive', { path: { object: id } }), refresh: asked, refused,
  });
}

export type Becomes = 'criterion' | 'decision';
const became: Record<Becomes, string> = { criterion: 'the criterion', decision: 'the decision' };

export function answer(question: Question, words: string, becomes: Becomes | undefined, refused: Refused): Promise<Question | undefined> {
  return act<Question>({
    // Done again, what the answer became is there already.
    run: (back) => api.put('/questions/{question}/answer', { path: { question: question.id }, body: { answer: words, becomes: back === undefined ? becomes : undefined } }),
    done: `Answered ${question.reference}${becomes === undefined ? '' : `, and made it a ${becomes}`}`,
    undo: async () => {
      const back = await api.del('/questions/{question}/answer', { path: { question: question.id } });
      if (becomes !== undefined) toast(`The answer to ${question.reference} is taken back; ${became[becomes]} stays`);
      return back;
    },
    refresh: asked, refused,
  });
}

// ---- the log

export interface NewRecord { title: string; context: string; options: string; choice: string; concerns: string[] }

export function writeDown(product: string, body: NewRecord, refused: Refused): Promise<{ id: string; reference: string } | undefined> {
  return act<{ id: string; reference: string }>({
    run: (back) => (back === undefined
      ? api.post('/products/{product}/decision-log', { path: { product }, body })
      : api.del('/objects/{object}/archive', { path: { object: back.id } })),
    done: ({ reference }) => `Written down as ${reference}: ${body.title}`,
    undo: ({ id }) => api.put('/objects/{object}/archive', { path: { object: id } }), refresh: logged, refused,
  });
}
