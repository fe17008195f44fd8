import { useSyncExternalStore } from 'react';

const media = matchMedia('(max-width: 719px)');

function subscribe(changed: () => void): () => void {
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
}

/** True on phones. For what CSS alone cannot turn into its narrow form. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => media.matches);
}
