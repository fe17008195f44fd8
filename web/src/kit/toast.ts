import { create } from 'zustand';
import { api, Problem, Waits } from '../api/client';
import type { Proposed } from '../api/types';
import { few, type Verdict } from './may';
import { doAgain, recordStep, type Step, takeBack, undoneText } from './undo';

/** What was proposed just now, and the way to say why. */
export interface Waiting { to: string; what: string; say: (reason: string) => Promise<void> }

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'problem';
  step?: Step;
  waiting?: Waiting;
}

export const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }));
let lastId = 0;

function show(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  const id = lastId;
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { ...toast, id }] }));
}

export function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Says what was done. With a way back it offers to take it back, here and by Ctrl Z. */
export function toast(text: string, ways?: Pick<Step, 'undo' | 'redo'>): void {
  const step = ways && { label: text, ...ways };
  if (step) recordStep(step);
  show({ text, tone: 'plain', step });
}

/** Whether a thing may be done; when not, says who can. */
export function permitted({ ok, why }: Verdict): boolean {
  if (!ok) toast(why ?? '');
  return ok;
}

/** Says that proposals wait for whoever decides. They can be withdrawn, here and by Ctrl Z, and a reason can be given. */
export function toastProposed(...answers: Proposed[]): void {
  const [first] = answers;
  if (!first) return;
  // As they stand by now: what was last answered of each, for its version.
  const proposed = answers.map((one) => ({ ...one }));
  const each = async (run: (one: Proposed) => Promise<{ version: number }>) => {
    for (const one of proposed) one.version = (await run(one)).version;
  };
  const to = few(first.to);
  const what = proposed.length === 1 ? first.title : `${proposed.length} proposals`;
  const step: Step = {
    label: `Proposed to ${to}: ${what}`, undone: `Withdrawn: ${what}`,
    undo: () => each(({ id, version }) => api.put('/proposals/{proposal}/withdrawal', { path: { proposal: id }, version })),
    redo: () => each(({ id, version }) => api.put('/proposals/{proposal}/reopening', { path: { proposal: id }, version })),
  };
  recordStep(step);
  const say = (reason: string) => each(({ id, version }) => api.patch('/objects/{object}', { path: { object: id }, body: { body: reason }, version }));
  show({ text: step.label, tone: 'plain', step, waiting: { to, what, say } });
}

/** Says what went wrong, in the server's own sentence; what waits as a proposal did not go wrong. */
export function toastProblem(problem: unknown): void {
  if (problem instanceof Waits) toastProposed(problem.proposed);
  else show({ text: problem instanceof Problem ? problem.message : 'That did not work', tone: 'problem' });
}

/** Takes back a step, or the last one; its toast goes with it. */
export async function undo(step?: Step): Promise<void> {
  try {
    const undone = await takeBack(step);
    if (!undone) return;
    useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.step !== undone) }));
    show({ text: undoneText(undone), tone: 'plain' });
  } catch (problem) {
    toastProblem(problem);
  }
}

/** Does again what was undone last. */
export async function redo(): Promise<void> {
  try {
    const step = await doAgain();
    if (step) show({ text: step.label, tone: 'plain', step });
  } catch (problem) {
    toastProblem(problem);
  }
}
