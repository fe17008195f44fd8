import type { KeyboardEvent, ReactNode } from 'react';
import { type Desk } from './kinds';
import './line.css';

export interface LineStopView {
  id: string;
  /** What stands here: 'Objective · Q4'. */
  label: ReactNode;
  text: ReactNode;
  desk: Desk;
  /** Health or a reading, at the end of the label's row. */
  note?: ReactNode;
  /** The object the line is drawn for. */
  here?: boolean;
  /** A stop that is not there: dashed. */
  missing?: boolean;
}

/** The arrows walk from stop to stop. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('a, button')];
  const next = by === 0 ? undefined : stops[stops.indexOf(event.target as HTMLElement) + by];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

/** The throughline, drawn top to bottom: clay where it is strategy, petrol where it is delivery. */
export function LineStops({ label, stops }: { label: string; stops: LineStopView[] }) {
  return (
    <ol className="line-stops" aria-label={label} onKeyDownCapture={walk}>
      {stops.map((stop, index) => {
        const next = stops[index + 1];
        const turns = next !== undefined && next.desk !== stop.desk;
        const classes = ['line-stop', stop.desk, stop.here && 'here', stop.missing && 'missing', turns && 'turns', next?.missing && 'to-missing', next === undefined && 'last'];
        return (
          <li key={stop.id} className={classes.filter(Boolean).join(' ')} aria-current={stop.here ? 'true' : undefined}>
            <div className="line-stop-head"><span>{stop.label}</span>{stop.note}</div>
            <div className="line-stop-text">{stop.text}</div>
          </li>
        );
      })}
    </ol>
  );
}
