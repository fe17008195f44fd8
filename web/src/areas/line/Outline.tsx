import { useDeferredValue } from 'react';
import { ObjectLink } from '../../kit';
import { type Marked, MarksOf } from './marks';
import { type Branch, levelNames, outlineOf, type Picture, type PlacedStop, type StopKey } from './picture';

interface Shown { marked: Marked; onFollow: (key: StopKey) => void }

function Text({ stop: { key, level, stop }, marked, onFollow }: Shown & { stop: PlacedStop }) {
  const marks = marked.get(key);
  return (
    <span className="line-outline-stop">
      <span className="muted line-outline-level">{levelNames[level]}</span>
      {level === 'told' ? <span>{stop.note ?? stop.title}</span> : <ObjectLink object={stop} />}
      {marks && <MarksOf marks={marks} stop={stop} words />}
      {level !== 'told' && <button type="button" className="line-outline-follow no-print" aria-label={`Follow ${stop.title}`} onClick={() => onFollow(key)}>Follow</button>}
    </span>
  );
}

function Branches({ branches, ...shown }: Shown & { branches: Branch[]; upTo: number }) {
  return (
    <ul className="line-outline">
      {branches.slice(0, shown.upTo).map(({ stop, branches: below }) => (
        <li key={stop.key}><Text stop={stop} {...shown} />{below.length > 0 && <Branches branches={below} {...shown} />}</li>
      ))}
    </ul>
  );
}

/** The line as a nested list: the same stops with the same marks, to be read from top to bottom. */
export function Outline({ picture, ...shown }: Shown & { picture: Picture }) {
  // Some of every branch first, the rest when that stands.
  const upTo = useDeferredValue(Number.POSITIVE_INFINITY, 6);
  return outlineOf(picture).map(({ level, branches }, index) => (
    <section key={level} className="section" aria-label={levelNames[level]}>
      {index > 0 && <h2 className="section-title">{levelNames[level]} that hang on nothing above</h2>}
      <Branches branches={branches} upTo={upTo} {...shown} />
    </section>
  ));
}
