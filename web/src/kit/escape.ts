import type { KeyboardEvent } from 'react';

/** Closes on the first Esc: the field of a filtered list would keep the key for itself. */
export function closeOnEscape(onClose: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    event.preventDefault();
    onClose();
  };
}
