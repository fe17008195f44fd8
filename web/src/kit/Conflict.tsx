import type { Problem } from '../api/client';
import { Button } from './Button';
import './conflict.css';

interface Props { problem: Problem; onMine: () => void; onTheirs: () => void }

type Values = Record<string, unknown>;
interface Difference { name: string; theirs: string; mine: string }

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null;
const textOf = (value: unknown) => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '');
const nameOf = (field: string) => `${field.charAt(0).toUpperCase()}${field.slice(1).replaceAll('_', ' ')}`;

/** What both say of the same thing, where they differ and it can be read. */
export function differences({ current, yours }: Problem['body']): Difference[] {
  if (!isObject(current) || !isObject(yours)) return [];
  return Object.entries(yours).flatMap(([field, mine]) => {
    const theirs = current[field];
    if (!(field in current) || isObject(mine) || isObject(theirs) || textOf(theirs) === textOf(mine)) return [];
    return [{ name: nameOf(field), theirs: textOf(theirs), mine: textOf(mine) }];
  });
}

/** Whether somebody changed the very text that began as `from`. */
export function touched({ current, yours }: Problem['body'], from: string): boolean {
  return !isObject(current) || !isObject(yours) || Object.keys(yours).some((field) => textOf(current[field]) !== from);
}

/** Two changed the same thing at once: both versions, and the choice between them. */
export function Conflict({ problem, onMine, onTheirs }: Props) {
  const empty = <span className="muted">Nothing</span>;
  return (
    <div className="conflict stack" role="alert">
      <span className="field-error">Not saved: someone changed this meanwhile.</span>
      {differences(problem.body).map(({ name, theirs, mine }) => (
        <dl key={name} className="conflict-pair" aria-label={name}>
          <div><dt>{name}, theirs</dt><dd>{theirs === '' ? empty : theirs}</dd></div>
          <div><dt>{name}, mine</dt><dd>{mine === '' ? empty : mine}</dd></div>
        </dl>
      ))}
      <div className="row wrap">
        <Button onPress={onMine}>Keep mine</Button>
        <Button onPress={onTheirs}>Take theirs</Button>
      </div>
    </div>
  );
}
