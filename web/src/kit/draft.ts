import { useState } from 'react';

/** Text that survives a reload until it is saved: one local draft per field. */
export function useDraft(name: string, saved: string): { text: string; dirty: boolean; set: (text: string) => void; clear: () => void } {
  const key = `draft:${name}`;
  const [held, setHeld] = useState<{ key: string; draft: string | null }>(() => ({ key, draft: localStorage.getItem(key) }));
  const draft = held.key === key ? held.draft : localStorage.getItem(key);
  const set = (text: string) => {
    if (text === saved) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    setHeld({ key, draft: text === saved ? null : text });
  };
  const clear = () => {
    localStorage.removeItem(key);
    setHeld({ key, draft: null });
  };
  return { text: draft ?? saved, dirty: draft !== null && draft !== saved, set, clear };
}
