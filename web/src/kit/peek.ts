import { useCallback, useEffect, useRef } from 'react';
import { create } from 'zustand';
import { useSetUrl, useUrl } from './url';

/** Finds the neighbour of a reference in the list on the page; the list moves its own selection along. */
type Walk = (reference: string, step: 1 | -1) => string | undefined;

export const useWalk = create<{ walk: Walk | null }>(() => ({ walk: null }));

/** A list tells the peek how to go to the previous and next object. */
export function usePeekWalk(walk: Walk): void {
  const latest = useRef(walk);
  useEffect(() => { latest.current = walk });
  useEffect(() => {
    useWalk.setState({ walk: (reference, step) => latest.current(reference, step) });
    return () => useWalk.setState({ walk: null });
  }, []);
}

/** The peek is in the address: `?peek=APP-12`. Back closes it. */
export function usePeek(): { peek: string | undefined; open: (reference: string) => void; close: () => void } {
  const peek = useUrl().peek;
  const setUrl = useSetUrl();
  const open = useCallback((reference: string) => setUrl({ peek: reference }, peek !== undefined), [setUrl, peek]);
  const close = useCallback(() => setUrl({ peek: undefined }), [setUrl]);
  return { peek, open, close };
}
