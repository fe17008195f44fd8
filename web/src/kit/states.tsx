import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Problem } from '../api/client';
import { Button } from './Button';
import { queries } from './data';
import './states.css';

/** One sentence on what this place is for, and one action. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return <div className="empty"><p>{children}</p>{action}</div>;
}

export function ErrorState({ problem, onRetry }: { problem: unknown; onRetry?: () => void }) {
  const text = problem instanceof Problem ? problem.message : 'This could not be shown';
  return (
    <div className="empty" role="alert">
      <p>{text}</p>
      {onRetry && <Button onPress={onRetry}>Try again</Button>}
    </div>
  );
}

/** Nothing for 150 ms, then still rows of the true height. */
export function LoadingRows({ rows = 6 }: { rows?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => <div key={index} className="loading-row" />)}
    </div>
  );
}

/** A page may wait for several answers: whatever of it could not be read is asked for again. */
function readAgain(): void {
  void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
}

interface LoadProps<T> { query: Pick<UseQueryResult<T>, 'data' | 'error'>; rows?: number; children: (data: T) => ReactNode }

/** Shows the data of a query, or that it is loading, or why it cannot be shown. */
export function Load<T>({ query, rows, children }: LoadProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState problem={query.error} onRetry={readAgain} />;
  return <LoadingRows rows={rows} />;
}
