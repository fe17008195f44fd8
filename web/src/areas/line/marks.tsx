import type { ReactNode } from 'react';
import type { LineStop } from '../../api/types';
import { formatCount, ToggleChip } from '../../kit';
import type { Picture, PlacedStop, StopKey } from './picture';

/** Where the line is broken, or may be. */
export type Mark = 'drift' | 'contradiction' | 'starved' | 'orphan' | 'idle';
export type Marked = Map<StopKey, Mark[]>;

const shapes: Record<Mark, ReactNode> = {
  drift: <path d="M1.5 5.5c1.8-2.4 3.7-2.4 5.5 0s3.7 2.4 5.5 0M1.5 9.7c1.8-2.4 3.7-2.4 5.5 0s3.7 2.4 5.5 0" />,
  contradiction: <path d="M8.6 1.2 3.4 8h3l-1 4.8L10.6 6h-3z" />,
  starved: <><circle cx="7" cy="7" r="5.4" strokeDasharray="2.2 2.1" /><path d="M4.4 7h5.2" /></>,
  orphan: <path d="M7 1.6 12.8 12H1.2z" />,
  idle: <rect x="1.6" y="3.6" width="10.8" height="6.8" rx="1" strokeDasharray="2.4 1.8" />,
};

/** What the mark is called in the legend. */
export const markNames: Record<Mark, string> = { drift: 'Drift', contradiction: 'Contradictions', starved: 'Starved', orphan: 'No why', idle: 'No work' };
const explained: Record<Mark, string> = {
  drift: 'Something above it has changed since it was agreed', contradiction: 'It contradicts something else in the plan', starved: 'An active objective with nothing in flight',
  orphan: 'Open work that has no why', idle: 'An initiative that no work delivers',
};
export const allMarks = Object.keys(markNames) as Mark[];

/** What a mark says of one stop. */
export function wordsOf(mark: Mark, { drift, contradictions }: Pick<LineStop, 'drift' | 'contradictions'>): string {
  switch (mark) {
    case 'drift': return formatCount(drift, 'drift', 'drifts');
    case 'contradiction': return formatCount(contradictions, 'contradiction');
    default: return markNames[mark];
  }
}

/** The marks of a picture; a release that was told of carries none a second time. */
export function marksOf(picture: Picture, idle: Set<StopKey>): Marked {
  const marked: Marked = new Map();
  for (const { key, level, stop } of picture.stops.values()) {
    if (level === 'told') continue;
    const found = allMarks.filter((mark) => {
      switch (mark) {
        case 'drift': return stop.drift > 0;
        case 'contradiction': return stop.contradictions > 0;
        case 'idle': return idle.has(key);
        default: return stop[mark];
      }
    });
    if (found.length > 0) marked.set(key, found);
  }
  return marked;
}

/** The marks that a text of the address names. */
export function readMarks(text: string | undefined): Mark[] {
  const named = new Set(text?.split(','));
  return allMarks.filter((mark) => named.has(mark));
}

function Shape({ mark }: { mark: Mark }) {
  return <svg className="line-mark-shape" viewBox="0 0 14 14" width="12" height="12" aria-hidden fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round">{shapes[mark]}</svg>;
}

/** The marks of one stop. There may be a thousand on the page: plain elements, the browser's own tooltip. Paper gets the words. */
export function MarksOf({ marks, stop, words }: { marks: Mark[]; stop: PlacedStop['stop']; words?: boolean }) {
  return (
    <span className="line-marks">
      {marks.map((mark) => {
        const said = wordsOf(mark, stop);
        return (
          <span key={mark} className={`line-mark ${mark}`} title={said} role="img" aria-label={said}>
            <Shape mark={mark} /><span className={words ? undefined : 'line-mark-word'} aria-hidden>{said}</span>
          </span>
        );
      })}
    </span>
  );
}

/** What the marks mean; each shows only what carries it. */
export function Legend({ marked, on, onChange }: { marked: Marked; on: Mark[]; onChange: (on: Mark[]) => void }) {
  const counts = new Map<Mark, number>();
  for (const marks of marked.values()) for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return (
    <div className="line-legend" role="group" aria-label="Marks: show only what carries them">
      {allMarks.filter((mark) => counts.has(mark) || on.includes(mark)).map((mark) => (
        <span key={mark} title={explained[mark]}>
          <ToggleChip on={on.includes(mark)} onChange={(shown) => onChange(allMarks.filter((one) => (one === mark ? shown : on.includes(one))))}>
            <span className={`line-mark ${mark}`}><Shape mark={mark} /></span>{markNames[mark]} · {counts.get(mark) ?? 0}
          </ToggleChip>
        </span>
      ))}
    </div>
  );
}
