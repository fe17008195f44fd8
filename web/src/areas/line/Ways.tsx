import { Link } from '@tanstack/react-router';

interface Props<T extends string> { label: string; value: T; ways: { id: T; label: string; query: Record<string, string> }[] }

/** Views of one page side by side, each an address of its own. Links, not choices: the page's keys go on working after a click. */
export function Ways<T extends string>({ label, value, ways }: Props<T>) {
  return (
    <nav className="segments line-ways" aria-label={label}>
      {ways.map(({ id, label: name, query }) => (
        <Link key={id} to="." search={query} preload={false} replace className="segment" data-selected={id === value ? true : undefined} aria-current={id === value ? 'page' : undefined}>{name}</Link>
      ))}
    </nav>
  );
}
