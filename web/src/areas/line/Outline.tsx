import type { PlacedStop } from './picture';
import { type Branch, levelNames, outlineOf, type Picture, type StopKey } from './picture';
import { Chip, EmptyState, ObjectLink } from '../../kit';

function Text({ stop: { level, stop }, gap }: { stop: PlacedStop; gap: boolean }) {
  return (
    <span className="line-outline-stop">
      <span className="muted line-outline-level">{levelNames[level]}</span>
      {level === 'told' ? <span>{stop.note ?? stop.title}</span> : <ObjectLink object={stop} />}
      {gap && <Chip tone="risk">▲ No work</Chip>}
    </span>
  );
}

function Branches({ branches, gap }: { branches: Branch[]; gap: Set<StopKey> }) {
  return (
    <ul className="line-outline">
      {branches.map(({ stop, branches: below }) => (
        <li key={stop.key}><Text stop={stop} gap={gap.has(stop.key)} />{below.length > 0 && <Branches branches={below} gap={gap} />}</li>
      ))}
    </ul>
  );
}

/** The line as a nested list: the same stops, to be read from top to bottom. `only` leaves what is in that gap. */
export function Outline({ picture, gaps, only }: { picture: Picture; gaps: Set<StopKey>; only: Set<StopKey> | null }) {
  if (only) {
    const stops = [...only].flatMap((key) => picture.stops.get(key) ?? []);
    return stops.length === 0 ? <EmptyState>Nothing is missing here.</EmptyState> : <ul className="line-outline">{stops.map((stop) => <li key={stop.key}><Text stop={stop} gap /></li>)}</ul>;
  }
  return outlineOf(picture).map(({ level, branches }) => (
    <section key={level} className="section" aria-label={levelNames[level]}>
      {level !== 'vision' && <h2 className="section-title">{levelNames[level]} that hang on nothing above</h2>}
      <Branches branches={branches} gap={gaps} />
    </section>
  ));
}
