import { useEffect, useRef, useState } from 'react';
import { create } from 'zustand';
import { Problem } from '../api/client';
import { Button } from './Button';
import { recordUndo, type Step, takeBack } from './undo';
import './toast.css';

interface Toast { id: number; text: string; tone: 'plain' | 'problem'; step?: Step }

const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }));
let lastId = 0;
const life = 8000;

function show(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  const id = lastId;
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { ...toast, id }] }));
}

function dismiss(id: number): void {
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

function One({ toast: { id, text, tone, step } }: { toast: Toast }) {
  const [paused, setPaused] = useState(false);
  const left = useRef(life);
  useEffect(() => {
    if (paused) return undefined;
    const started = performance.now();
    const timer = setTimeout(() => dismiss(id), left.current);
    return () => {
      clearTimeout(timer);
      left.current -= performance.now() - started;
    };
  }, [id, paused]);
  return (
    <div
      className={`toast ${tone}`} role={tone === 'problem' ? 'alert' : undefined}
      onPointerEnter={() => setPaused(true)} onPointerLeave={() => setPaused(false)}
      onFocus={() => setPaused(true)} onBlur={() => setPaused(false)}
    >
      <span>{text}</span>
      {step && <Button look="quiet" keys="$mod+z" onPress={() => { dismiss(id); void undo(step) }}>Undo</Button>}
      {!step && <Button look="quiet" onPress={() => dismiss(id)}>Close</Button>}
    </div>
  );
}

/** Mounted once by the shell. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className="toasts no-print" role="status" aria-live="polite">
      {toasts.map((toast) => <One key={toast.id} toast={toast} />)}
    </div>
  );
}
