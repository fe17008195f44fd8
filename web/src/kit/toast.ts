import { create } from 'zustand';
import { Problem } from '../api/client';
import type { Verdict } from './may';
import { doAgain, recordStep, type Step, takeBack } from './undo';

export interface Toast { id: number; text: string; tone: 'plain' | 'problem'; step?: Step }

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

/** Says what went wrong, in the server's own sentence. */
export function toastProblem(problem: unknown): void {
  show({ text: problem instanceof Problem ? problem.message : 'That did not work', tone: 'problem' });
}

/** Takes back a step, or the last one; its toast goes with it. */
export async function undo(step?: Step): Promise<void> {
  try {
    const undone = await takeBack(step);
    if (!undone) return;
    useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.step !== undone) }));
    show({ text: `Undone: ${undone.label}`, tone: 'plain' });
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
