import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { Activity, MyProduct } from '../api/types';
import { publish, publishReset } from '../kit/live';

export const useConnection = create<{ offline: boolean }>(() => ({ offline: false }));

const patience = 3000;
/** How far each product was heard: a stream goes on from there, however long it was away. */
const heard = new Map<string, string>();

/**
 * Holds the event stream of a product while the page is in sight, and gives out what happens once per frame. A page out of
 * sight lets its stream go: a browser has few connections for one server, and tabs share them.
 */
export function listen(product: string, begin: string): () => void {
  let source: EventSource | undefined;
  let waiting: Activity[] = [];
  let frame = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let offline: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) publish(batch);
  };
  const opened = () => {
    clearTimeout(offline);
    offline = undefined;
    useConnection.setState({ offline: false });
  };
  const lost = () => {
    offline ??= setTimeout(() => useConnection.setState({ offline: true }), patience);
    // The browser resumes a dropped stream itself; one the server refused stays closed and is opened anew.
    if (source?.readyState === EventSource.CLOSED) {
      clearTimeout(retry);
      retry = setTimeout(open, patience);
    }
  };
  const place = ({ lastEventId }: MessageEvent) => { if (lastEventId !== '') heard.set(product, lastEventId) };
  function open(): void {
    source?.close();
    const after = heard.get(product) ?? begin;
    source = new EventSource(`/api/v1/products/${encodeURIComponent(product)}/events?after=${encodeURIComponent(after)}`);
    source.addEventListener('open', opened);
    source.addEventListener('error', lost);
    source.addEventListener('activity', (event: MessageEvent<string>) => {
      place(event);
      waiting.push(JSON.parse(event.data) as Activity);
      if (frame === 0) frame = requestAnimationFrame(flush);
    });
    source.addEventListener('reset', (event) => {
      place(event);
      publishReset();
    });
  }
  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(retry);
    flush();
    opened();
  };
  const seen = () => {
    if (document.hidden) close();
    else if (source === undefined) open();
  };
  document.addEventListener('visibilitychange', seen);
  seen();
  return () => {
    document.removeEventListener('visibilitychange', seen);
    close();
  };
}

/** Follows what happens in a product from the moment the reader's own page was read. */
export function useLiveConnection({ key, seq }: MyProduct): void {
  const [begin] = useState(String(seq));
  useEffect(() => listen(key, begin), [key, begin]);
}
