import type { ReactNode } from 'react';
import './peek.css';

/** The frame of the panel at the right: a bar, and what scrolls under it. */
export function Peek({ label, bar, children }: { label: string; bar: ReactNode; children: ReactNode }) {
  return (
    <aside className="peek" aria-label={label}>
      <header className="peek-bar">{bar}</header>
      <div className="peek-body">{children}</div>
    </aside>
  );
}
