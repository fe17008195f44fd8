import { useEffect } from 'react';
import { create } from 'zustand';
import type { Activity } from '../api/types';
import { queries } from '../kit';
import { publish, publishReset } from '../kit/live';

export const useConnection = create<{ offline: boolean }>(() => ({ offline: false }));

const patience = 3000;

function invalidateObject({ object_id, reference, version }: Activity): void {
  const about = (part: unknown) => typeof part === 'object' && part !== null && Object.values(part).some((value) => value === reference || value === object_id);
  void queries.invalidateQueries({
    predicate: ({ queryKey, state }) => {
      if (!queryKey.some(about)) return false;
      const known = (state.data as { version?: number } | undefined)?.version;
      // Own changes come back by the stream: what is known already is not read again.
      return known === undefined || known < version;
    },
  });
}

/** Holds the event stream of a product while mounted. Events are given out once per frame. */
export function useLiveConnection(product: string): void {
  useEffect(() => {
    let source: EventSource | undefined;
    let last: string | undefined;
    let waiting: Activity[] = [];
    let frame = 0;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let offline: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;

    const flush = () => {
      frame = 0;
      const batch = waiting;
      waiting = [];
      for (const activity of batch) invalidateObject(activity);
      publish(batch);
    };
    const opened = () => {
      clearTimeout(offline);
      offline = undefined;
      useConnection.setState({ offline: false });
    };
    const lost = () => {
      offline ??= setTimeout(() => useConnection.setState({ offline: true }), patience);
      // The browser resumes a dropped stream itself; one the server refused stays closed and is opened anew.
      if (source?.readyState === EventSource.CLOSED && !stopped) {
        clearTimeout(retry);
        retry = setTimeout(connect, patience);
      }
    };
    const received = (event: MessageEvent<string>) => {
      last = event.lastEventId;
      waiting.push(JSON.parse(event.data) as Activity);
      // A hidden tab gets no frames.
      if (document.hidden) flush();
      else if (frame === 0) frame = requestAnimationFrame(flush);
    };
    function connect(): void {
      const after = last === undefined ? '' : `?after=${encodeURIComponent(last)}`;
      source = new EventSource(`/api/v1/products/${encodeURIComponent(product)}/events${after}`);
      source.addEventListener('open', opened);
      source.addEventListener('error', lost);
      source.addEventListener('activity', received);
      source.addEventListener('reset', (event: MessageEvent) => {
        if (event.lastEventId !== '') last = event.lastEventId;
        void queries.invalidateQueries();
        publishReset();
      });
    }
    connect();
    return () => {
      stopped = true;
      source?.close();
      cancelAnimationFrame(frame);
      clearTimeout(retry);
      clearTimeout(offline);
      useConnection.setState({ offline: false });
    };
  }, [product]);
}
