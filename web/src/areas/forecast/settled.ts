import { useEffect, useState } from 'react';

/** A text once nobody has typed for a moment. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** An answer, or the last one until the next is there, so that nothing jumps; nothing while nothing is asked. */
export function useHeld<T>(answer: T | undefined, isAsked: boolean): T | undefined {
  const [last, setLast] = useState<T>();
  const held = isAsked ? (answer ?? last) : undefined;
  if (held !== last) setLast(held);
  return held;
}
