import { QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Answer, api, type CallOptions, type PathOf, Problem, Waits } from '../api/client';
import type { Change, Item, Kind, Member, Person, Proposed, Relation, WorkflowState } from '../api/types';
import { itemKinds } from './kinds';
import { toast, toastProblem, toastProposed } from './toast';
import { stepFrom, underWay } from './undo';

/** Of which kinds an answer tells, besides the object it is about; `live.ts` reads it. */
type Live = readonly Kind[] | 'all';

declare module '@tanstack/react-query' {
  interface Register { queryMeta: { live?: Live } }
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (count, problem) => problem instanceof Problem && problem.away && count < 3,
    },
  },
});

export type Request<P = unknown> = Pick<CallOptions<P>, 'path' | 'query'>;
export interface Settings {
  /** Reads again when an object of one of these kinds changes, or any at all. */
  live?: Live;
  enabled?: boolean;
}

export function keyOf(path: string, request: Request = {}): unknown[] {
  return [path, request.path ?? {}, request.query ?? {}];
}

/** Reads a path of the API; the answer is cached by path and values. */
export function useGet<P extends PathOf<'get'>>(path: P, request: Request<P> = {}, { live, enabled }: Settings = {}): UseQueryResult<Answer<P, 'get'>> {
  return useQuery<Answer<P, 'get'>>({
    queryKey: keyOf(path, request as Request),
    queryFn: ({ signal }) => api.get(path, { ...request, signal }),
    enabled,
    structuralSharing: false,
    meta: { live },
  });
}

/** Reads again whatever was read from these paths. */
export async function refresh(...paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => queries.invalidateQueries({ queryKey: [path] })));
}

export interface Refused {
  (problem: Problem): boolean;
  /** Told instead when it waits as a proposal: what was typed is in it. */
  waits?: () => void;
}

interface Act<T, B> {
  /** Given what an undo answered, it is being done again after it. */
  run: (back?: B) => Promise<T>;
  /** Said in a toast when it is done. */
  done?: string | ((answer: T) => string);
  /** Takes it back: offered in the toast and by Ctrl Z. Gets the answer, for its version. */
  undo?: (answer: T) => Promise<B>;
  /** Paths to read again, as given to `useGet`; done after an undo too. */
  refresh?: string[];
  /** Handles a refusal itself (a field's error, a conflict) by answering true. */
  refused?: Refused;
}

/** Says what was done, and offers the way back and there again. */
export function offer<T, B>({ done, answer, run, undo, refresh: paths = [] }: Omit<Act<T, B>, 'run' | 'done' | 'refused'> & { done: string; answer: T; run: (back: B) => Promise<T> }): void {
  let last = answer;
  let back: B;
  toast(done, undo && {
    undo: async () => {
      back = await stepFrom(last, undo);
      await refresh(...paths);
    },
    redo: async () => {
      last = await stepFrom(back, run);
      await refresh(...paths);
    },
  });
}

/**
 * Does a thing, says so, offers to undo it. Answers undefined when it was refused, having said why, and when it waits
 * as a proposal, having said to whom.
 */
export function act<T, B = T>(what: Act<T, B>): Promise<T | undefined> {
  return underWay(perform(what));
}

async function perform<T, B>({ run, done, undo, refresh: paths = [], refused }: Act<T, B>): Promise<T | undefined> {
  try {
    const answer = await run();
    void refresh(...paths);
    if (done !== undefined) offer({ done: typeof done === 'string' ? done : done(answer), answer, run, undo, refresh: paths });
    return answer;
  } catch (problem) {
    if (problem instanceof Waits) {
      toastProblem(problem);
      refused?.waits?.();
    } else if (!(problem instanceof Problem && refused?.(problem))) toastProblem(problem);
    return undefined;
  }
}

/** A proposal holds so many changes. */
const mostChanges = 50;

/** Proposes several changes as one: whoever decides sees them together. Answers whether it could be. */
export function propose(product: string, changes: Change[]): Promise<boolean> {
  const perform = async () => {
    const made: Proposed[] = [];
    try {
      for (let from = 0; from < changes.length; from += mostChanges) {
        made.push(await api.post('/products/{product}/proposals', { path: { product }, body: { changes: changes.slice(from, from + mostChanges) } }));
      }
      return true;
    } catch (problem) {
      toastProblem(problem);
      return false;
    } finally {
      toastProposed(...made);
    }
  };
  return underWay(perform());
}

// ---- what every page of a product needs; read once, kept

const none: never[] = [];

export function useMembers(product: string): Member[] {
  return useGet('/products/{product}/members', { path: { product } }).data?.rows ?? none;
}

export function usePeople(product: string): Map<string, Person> {
  const members = useMembers(product);
  return useMemo(() => new Map(members.map(({ person }) => [person.id, person])), [members]);
}

export function useWorkflow(product: string): WorkflowState[] {
  return useGet('/products/{product}/workflow', { path: { product } }).data?.rows ?? none;
}

// The table of relations is part of the program.
queries.setQueryDefaults(keyOf('/relations'), { staleTime: 'static' });

/** An item as its panel shows it; the shell and the backlog both need it. */
export function useItem(reference: string, enabled = true): UseQueryResult<Item> {
  return useGet('/items/{item}', { path: { item: reference } }, { live: [...itemKinds, 'sprint', 'release'], enabled });
}

export function useRelations(): Relation[] {
  return useGet('/relations').data?.rows ?? none;
}
