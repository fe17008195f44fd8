import { useEffect, useRef } from 'react';
import type { Activity } from '../api/types';

type Listener = (batch: Activity[]) => void;
const listeners = new Set<Listener>();
const resetListeners = new Set<() => void>();

/** Called by the shell once per animation frame with what has happened. */
export function publish(batch: Activity[]): void {
  for (const listener of listeners) listener(batch);
}

/** Called by the shell when events were missed and everything must be read again. */
export function publishReset(): void {
  for (const listener of resetListeners) listener();
}

export function onReset(listener: () => void): () => void {
  resetListeners.add(listener);
  return () => resetListeners.delete(listener);
}

export function onActivity(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listens while mounted to the activities that `wanted` picks. */
export function useLive(wanted: (activity: Activity) => boolean, listener: Listener): void {
  const latest = useRef({ wanted, listener });
  useEffect(() => { latest.current = { wanted, listener } });
  useEffect(() => onActivity((batch) => {
    const mine = batch.filter(latest.current.wanted);
    if (mine.length > 0) latest.current.listener(mine);
  }), []);
}
