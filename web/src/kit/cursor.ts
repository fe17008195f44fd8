import { useNavigate } from '@tanstack/react-router';
import { type FocusEvent, type MouseEvent, useRef, useState } from 'react';
import { copyLink } from './clipboard';
import { useKeys } from './keys';
import { usePeek, usePeekWalk } from './peek';
import { useProduct } from './session';
import './cursor.css';

/** A row the cursor can stand on. Several rows may be about one object. */
export interface CursorRow { id: string; reference: string }

const elementId = (id: string) => `row-${id}`;

/** Where the cursor stands: on its row, or, when that has gone, on the one that took its place. */
export function standing(rows: CursorRow[], cursor: string | null, lastIndex: number): number {
  const index = rows.findIndex((row) => row.id === cursor);
  return index >= 0 || cursor === null ? index : Math.min(lastIndex, rows.length - 1);
}

/** The nearest row in a direction that is about another object. */
export function neighbour(rows: CursorRow[], from: number, step: 1 | -1): CursorRow | undefined {
  const here = rows[from]?.reference;
  for (let index = from + step; index >= 0 && index < rows.length; index += step) {
    if (rows[index]!.reference !== here) return rows[index];
  }
  return undefined;
}

/**
 * A cursor over the rows of a list of up to some hundreds: J K and arrows move it, Space peeks, Enter opens the page,
 * Y copies the link; the peek's previous and next take it along. Spread `rowProps(id)` on each row.
 */
export function useCursor<T extends CursorRow>(rows: T[], group: string) {
  const product = useProduct();
  const navigate = useNavigate();
  const { peek, open, close } = usePeek();
  const [cursor, setCursor] = useState<string | null>(null);
  const lastIndex = useRef(0);
  const at = standing(rows, cursor, lastIndex.current);
  if (at >= 0) lastIndex.current = at;
  const here = rows[at];

  const go = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!row) return;
    setCursor(row.id);
    const element = document.getElementById(elementId(row.id));
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest' });
    if (peek !== undefined && peek !== row.reference) open(row.reference);
  };
  usePeekWalk((reference, step) => {
    const from = here?.reference === reference ? at : rows.findIndex((row) => row.reference === reference);
    const next = from < 0 ? undefined : neighbour(rows, from, step);
    if (next) setCursor(next.id);
    return next?.reference;
  });
  const move = (keys: string, does: string, run: () => void) => ({ keys, does, group: `${group}: move`, run, quiet: true });
  useKeys([
    move('j', 'Next', () => go(at + 1)), move('ArrowDown', 'Next', () => go(at + 1)),
    move('k', 'Previous', () => go(at - 1)), move('ArrowUp', 'Previous', () => go(at - 1)),
    move('Home', 'First', () => go(0)), move('End', 'Last', () => go(rows.length - 1)),
    move('Space', 'Peek, or close it', () => {
      if (peek !== undefined) close();
      else if (here) open(here.reference);
    }),
    move('Enter', 'Open the page', () => { if (here) void navigate({ to: `/p/${product.key}/o/${here.reference}` }) }),
    move('$mod+Enter', 'Open in a new tab', () => { if (here) window.open(`/p/${product.key}/o/${here.reference}`, '_blank') }),
    { keys: 'y', does: 'Copy the link', group: `${group}: do`, run: () => { if (here) void copyLink(product.key, here.reference) } },
  ]);

  const rowProps = (id: string) => ({
    id: elementId(id),
    tabIndex: -1,
    'aria-current': here?.id === id ? ('true' as const) : undefined,
    onFocus: (event: FocusEvent) => { if (!event.target.closest('[role=menu], [role=dialog]')) setCursor(id) },
    // After a click the keys belong to the row, not to the link in it.
    onClick: (event: MouseEvent<HTMLElement>) => { if (event.target instanceof Element && event.target.closest('.cursor-link')) event.currentTarget.focus() },
  });
  /** The element of a row, to open a list of choices beside it. */
  const elementOf = (id: string) => document.getElementById(elementId(id));
  return { here, at, go, rowProps, elementOf };
}
