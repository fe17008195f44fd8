import { useEffect, useRef, useState } from 'react';
import { Button } from './Button';
import { act } from './data';
import { TextArea } from './Field';
import { FormDialog } from './FormDialog';
import { useKeys } from './keys';
import { dismiss, type Toast, undo, useToasts, type Waiting } from './toast';
import './toast.css';

const life = 8000;

/** Its key is there as long as its toast is. */
function SayWhy({ onPress }: { onPress: () => void }) {
  useKeys([{ keys: 'Shift+w', does: 'Say why you propose it', group: 'Everywhere', run: onPress }], 2);
  return <Button look="quiet" keys="Shift+w" onPress={onPress}>Say why</Button>;
}

/** The reason of what was proposed just now. */
function Why({ waiting: { to, what, say }, onClose }: { waiting: Waiting; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const save = async () => {
    await say(reason.trim());
    return true;
  };
  return (
    <FormDialog
      title="Why?" submit="Say why" ready={reason.trim() !== ''} onClose={onClose}
      save={({ refused }) => act({ run: save, done: 'Your reason stands with the proposal', refused, refresh: ['/objects/{object}', '/proposals/{proposal}', '/products/{product}/proposals'] })}
    >
      {(errorOf) => (
        <>
          <p>{what}</p>
          <TextArea label="Why you propose it" value={reason} onChange={setReason} error={errorOf('body')} rows={4} required autoFocus help={`Stands beside what would change, for ${to} to read.`} />
        </>
      )}
    </FormDialog>
  );
}

function One({ toast: { id, text, tone, step, waiting }, onWhy }: { toast: Toast; onWhy: (waiting: Waiting) => void }) {
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
      <span className="toast-text">{text}</span>
      {waiting && <SayWhy onPress={() => { dismiss(id); onWhy(waiting) }} />}
      {step && <Button look="quiet" keys="$mod+z" onPress={() => { dismiss(id); void undo(step) }}>Undo</Button>}
      {!step && <Button look="quiet" onPress={() => dismiss(id)}>Close</Button>}
    </div>
  );
}

/** Mounted once by the shell. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  const [why, setWhy] = useState<Waiting | null>(null);
  return (
    <>
      <div className="toasts no-print" role="status" aria-live="polite">
        {toasts.map((toast) => <One key={toast.id} toast={toast} onWhy={setWhy} />)}
      </div>
      {why && <Why waiting={why} onClose={() => setWhy(null)} />}
    </>
  );
}
