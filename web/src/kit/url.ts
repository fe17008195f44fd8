import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';

type Search = Record<string, string | undefined>;

export function useUrl(): Search {
  const search: Search = useSearch({ strict: false });
  return search;
}

export function useParam(name: string): string {
  const params: Search = useParams({ strict: false });
  return params[name] ?? '';
}

const changed = (changes: Search) => (before: Search) =>
  Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined && value !== ''));

/** Changes values of the query string; undefined or '' takes one out. `replace` keeps Back free of it. */
export function useSetUrl(): (changes: Search, replace?: boolean) => void {
  const navigate = useNavigate();
  return useCallback((changes, replace = true) => void navigate({ to: '.', search: changed(changes), replace }), [navigate]);
}

/**
 * A text of the address, for a field. What is typed stands in the field at once and the address follows: a field that
 * waited for the address would lose letters. Changes from elsewhere, such as Back, come into the field.
 */
export function useUrlText(name: string): [text: string, set: (text: string) => void] {
  const navigate = useNavigate();
  const value = useUrl()[name] ?? '';
  const [text, setText] = useState(value);
  const onTheWay = useRef(0);
  useEffect(() => { if (onTheWay.current === 0) setText(value) }, [value]);
  const set = (typed: string) => {
    setText(typed);
    onTheWay.current += 1;
    void navigate({ to: '.', search: changed({ [name]: typed }), replace: true }).finally(() => { onTheWay.current -= 1 });
  };
  return [text, set];
}
