import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

type Search = Record<string, string | undefined>;

export function useUrl(): Search {
  const search: Search = useSearch({ strict: false });
  return search;
}

export function useParam(name: string): string {
  const params: Search = useParams({ strict: false });
  return params[name] ?? '';
}

/** Changes values of the query string; undefined or '' takes one out. `replace` keeps Back free of it. */
export function useSetUrl(): (changes: Search, replace?: boolean) => void {
  const navigate = useNavigate();
  return useCallback((changes, replace = true) => {
    const clean = (before: Search) => Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined && value !== ''));
    void navigate({ to: '.', search: clean, replace });
  }, [navigate]);
}
