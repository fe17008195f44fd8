import type { ReactNode } from 'react';
import type { Category, Kind } from '../api/types';
import { kinds } from './kinds';
import './glyphs.css';

export const categoryNames: Record<Category, string> = {
  backlog: 'Not ready', ready: 'Ready', in_progress: 'In progress', in_review: 'In review', done: 'Done', cancelled: 'Cancelled',
};

const ring = <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const statusShapes: Record<Category, ReactNode> = {
  backlog: <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 2.1" />,
  ready: ring,
  in_progress: <>{ring}<path d="M7 3a4 4 0 0 1 0 8z" fill="currentColor" /></>,
  in_review: <>{ring}<path d="M7 7V3a4 4 0 1 1-4 4z" fill="currentColor" /></>,
  done: <><circle cx="7" cy="7" r="6.25" fill="currentColor" /><path d="m4.2 7.2 2 2 3.7-4.2" fill="none" stroke="var(--bg-surface)" strokeWidth="1.6" /></>,
  cancelled: <>{ring}<path d="m3.2 10.8 7.6-7.6" stroke="currentColor" strokeWidth="1.5" /></>,
};

interface StatusProps { category: Category; blocked?: boolean; label?: string | null; bare?: boolean }

/** The shape says the status. `bare` when the word stands beside it. */
export function StatusGlyph({ category, blocked, label, bare }: StatusProps) {
  const name = `${label ?? categoryNames[category]}${blocked ? ', blocked' : ''}`;
  return (
    <svg className={`glyph status-${category}`} viewBox="0 0 14 14" width="14" height="14" {...(bare ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}>
      {statusShapes[category]}
      {blocked && <rect className="glyph-blocked" x="9" y="0" width="4" height="8" rx="1" />}
    </svg>
  );
}

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.4, strokeLinejoin: 'round', strokeLinecap: 'round' } as const;
const kindShapes: Record<Kind, ReactNode> = {
  vision: <path d="M7 1 13 7l-6 6-6-6z" fill="currentColor" />,
  objective: <><circle cx="7" cy="7" r="5.6" {...line} /><circle cx="7" cy="7" r="2.2" fill="currentColor" /></>,
  opportunity: <path d="M7 1.4 12.6 7 7 12.6 1.4 7z" {...line} />,
  initiative: <rect x="1.2" y="3.6" width="11.6" height="6.8" rx="1.2" {...line} />,
  customer: <><circle cx="7" cy="4.4" r="2.6" {...line} /><path d="M2 12.6c.6-2.8 2.5-4.2 5-4.2s4.4 1.4 5 4.2" {...line} /></>,
  feedback: <><rect x="1.2" y="2.8" width="11.6" height="8.4" rx="1" {...line} /><path d="m1.6 3.6 5.4 4.2 5.4-4.2" {...line} /></>,
  epic: <><rect x="1.6" y="1.6" width="10.8" height="10.8" rx="1.2" {...line} /><path d="M4 5h6M4 7.5h6M4 10h3.6" {...line} /></>,
  story: <circle cx="7" cy="7" r="5.4" {...line} />,
  bug: <><ellipse cx="7" cy="7.8" rx="3" ry="4" {...line} /><path d="M1.4 5.2 4 6.4m8.6-1.2L10 6.4M1.2 9H4m6 0h2.8M4.8 1.6l1 2m3.4-2-1 2" {...line} /></>,
  task: <><rect x="1.8" y="1.8" width="10.4" height="10.4" rx="1.6" {...line} /><path d="m4.2 7.2 2 2 3.7-4.2" {...line} /></>,
  spike: <path d="M7 1.8 12.8 12H1.2z" {...line} />,
  subtask: <><path d="M2.6 1.4v6.2h4" {...line} /><circle cx="9.8" cy="7.8" r="2.8" {...line} /></>,
  sprint: <><path d="M11.8 4.4A5.4 5.4 0 1 0 12.4 7" {...line} /><path d="M12.2 1.6v3h-3" {...line} /></>,
  release: <path d="M3 13V1.6h8.4L9.2 4.8l2.2 3.2H3" {...line} />,
  theme: <><rect x="1.4" y="2.2" width="7.4" height="3" rx="1" {...line} /><rect x="3.4" y="8.8" width="9.2" height="3" rx="1" {...line} /><path d="M5 5.2v3.6" {...line} /></>,
  promise: <><rect x="1.6" y="2.6" width="10.8" height="10" rx="1.2" {...line} /><path d="M1.6 5.6h10.8M4.4 1.2v2.4M9.6 1.2v2.4m-5 6 1.6 1.6 3.2-3.4" {...line} /></>,
  question: <><circle cx="7" cy="7" r="5.6" {...line} /><path d="M5.4 5.6a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.9.7-.9 1.3" {...line} /><circle cx="7" cy="10.3" r=".8" fill="currentColor" /></>,
  proposal: <><path d="M1.4 7h8.2" {...line} strokeDasharray="1.8 2" /><path d="m8.6 3.2 4 3.8-4 3.8" {...line} /></>,
  decision: <><path d="M7 1.4v11M4.2 12.6h5.6M2.4 3.4h9.2" {...line} /><path d="M2.8 3.4 1 8a2 2 0 0 0 3.6 0zM11.2 3.4 9.4 8a2 2 0 0 0 3.6 0z" {...line} /></>,
};

/** The shape of a kind of object. `bare` when the word stands beside it. */
export function KindGlyph({ kind, bare }: { kind: Kind; bare?: boolean }) {
  return (
    <svg className={`glyph desk-${kinds[kind].desk}`} viewBox="0 0 14 14" width="14" height="14" {...(bare ? { 'aria-hidden': true } : { role: 'img', 'aria-label': kinds[kind].name })}>
      {kindShapes[kind]}
    </svg>
  );
}

export type Health = 'on' | 'risk' | 'off' | 'unknown';
const healthShapes: Record<Health, [shape: string, word: string]> = {
  on: ['●', 'On track'], risk: ['▲', 'At risk'], off: ['■', 'Off track'], unknown: ['◌', 'No reading'],
};

/** Shape, word and colour; `word` replaces the standard one. */
export function HealthMark({ health, word }: { health: Health; word?: string }) {
  const [shape, standard] = healthShapes[health];
  return <span className={`health health-${health}`}><span aria-hidden>{shape}</span> {word ?? standard}</span>;
}
