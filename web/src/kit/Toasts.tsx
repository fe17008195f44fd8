import { useEffect, useRef, useState } from 'react';
import { Button } from './Button';
import { dismiss, type Toast, undo, useToasts } from './toast';
import './toast.css';

const life = 8000;

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
