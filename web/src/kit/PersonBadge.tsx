import type { Person } from '../api/types';
import './person.css';

/** Initials in a ring; with `named` the name beside it. Nobody is a dash. */
export function PersonBadge({ person, named }: { person: Person | null | undefined; named?: boolean }) {
  return (
    <span className="person">
      <span className={person ? 'initials' : 'initials nobody'} aria-hidden={named} title={person?.name} {...(named ? {} : { role: 'img', 'aria-label': person?.name ?? 'Nobody' })}>
        {person?.initials ?? '–'}
      </span>
      {named && <span>{person?.name ?? 'Nobody'}</span>}
    </span>
  );
}
