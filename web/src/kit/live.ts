import type { Query } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Activity } from '../api/types';
import { queries } from './data';

type Listener = (batch: Activity[]) => void;
const listeners = new Set<Listener>();
const resetListeners = new Set<() => void>();

/** Many changes in a short time are read once. */
const gather = 250;
const due = new Set<Query>();
let reading: ReturnType<typeof setTimeout> | undefined;

/** Whether an answer that is on screen no longer holds after an activity. */
function concerns({ kind, object_id, reference, version }: Activity, { queryKey, state, observers }: Query): boolean {
  // Roles, the workflow, the product itself show in everything.
  if (kind === null) return true;
  const about = (part: unknown) => typeof part === 'object' && part !== null && Object.values(part).some((value) => value === reference || value === object_id);
  if (queryKey.some(about)) {
    const known = (state.data as { version?: number } | undefined)?.version;
    // Own changes come back by the stream: what is known already is not read again.
    return known === undefined || known < version;
  }
  return observers.some(({ options: { meta } }) => meta?.live === 'all' || meta?.live?.includes(kind) === true);
}

function readDue(): void {
  reading = undefined;
  const now = new Set<Query>();
  for (const query of due) {
    // An answer on its way may be older than what was heard: it is waited for, not cut off.
    if (query.state.fetchStatus === 'fetching') continue;
    due.delete(query);
    if (query.isActive()) now.add(query);
    else query.invalidate();
  }
  void queries.refetchQueries({ predicate: (query) => now.has(query) });
  if (due.size > 0) reading = setTimeout(readDue, gather);
}

/**
 * Called by the shell once per animation frame with what has happened. This is the one place that says what an activity
 * makes stale: what is on screen and concerned is read again soon; everything else when it is next shown.
 */
export function publish(batch: Activity[]): void {
  void queries.invalidateQueries({ type: 'inactive', refetchType: 'none' });
  for (const query of queries.getQueryCache().findAll({ type: 'active' })) {
    if (!due.has(query) && batch.some((activity) => concerns(activity, query))) due.add(query);
  }
  if (due.size > 0) reading ??= setTimeout(readDue, gather);
  for (const listener of listeners) listener(batch);
}

/** Called by the shell when events were missed and everything must be read again. */
export function publishReset(): void {
  void queries.invalidateQueries();
  for (const listener of resetListeners) listener();
}

export function onReset(listener: () => void): () => void {
  resetListeners.add(listener);
  return () => resetListeners.delete(listener);
}

/** Listens while mounted to the activities that `wanted` picks. */
export function useLive(wanted: (activity: Activity) => boolean, listener: Listener): void {
  const latest = useRef({ wanted, listener });
  useEffect(() => { latest.current = { wanted, listener } });
  useEffect(() => {
    const hear = (batch: Activity[]) => {
      const mine = batch.filter(latest.current.wanted);
      if (mine.length > 0) latest.current.listener(mine);
    };
    listeners.add(hear);
    return () => { listeners.delete(hear) };
  }, []);
}
