import { create } from 'zustand';
import { Problem } from '../api/client';
import { recordUndo, type Step, takeBack } from './undo';

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

/** Says what was done. With `undo` it offers to take it back, here and by Ctrl Z. */
export function toast(text: string, takeItBack?: () => Promise<unknown>): void {
  if (!takeItBack) {
    show({ text, tone: 'plain' });
    return;
  }
  show({ text, tone: 'plain', step: recordUndo(text, takeItBack) });
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
