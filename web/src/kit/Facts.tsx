import type { ReactNode } from 'react';
import './facts.css';

/** What is known of an object, as labelled values. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

/** `wide` for a value of some sentences. */
export function Fact({ label, wide, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return <div className={wide ? 'fact wide' : 'fact'}><dt>{label}</dt><dd>{children}</dd></div>;
}
