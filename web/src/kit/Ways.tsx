import { Link, useNavigate } from '@tanstack/react-router';
import { useKeys } from './keys';
import './segments.css';

interface Props<T extends string> {
  label: string;
  value: T;
  ways: { id: T; label: string; query: Record<string, string> }[];
  /** The page's group of keys: T goes on to the next. */
  turns?: string;
}

/** Views of one page side by side, each an address of its own. Links, not choices: the page's keys go on working after a click. */
export function Ways<T extends string>({ label, value, ways, turns }: Props<T>) {
  const navigate = useNavigate();
  const next = ways[(ways.findIndex(({ id }) => id === value) + 1) % ways.length]!;
  useKeys(turns === undefined ? [] : [{ keys: 't', does: `Show ${next.label.toLowerCase()}`, group: turns, run: () => void navigate({ to: '.', search: next.query, replace: true }) }]);
  return (
    <nav className="segments ways" aria-label={label}>
      {ways.map(({ id, label: name, query }) => (
        <Link key={id} to="." search={query} preload={false} replace className="segment" data-selected={id === value ? true : undefined} aria-current={id === value ? 'page' : undefined}>{name}</Link>
      ))}
    </nav>
  );
}
