import { keepPreviousData, useInfiniteQuery, type UseInfiniteQueryResult, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { type Answer, api, type PathOf } from '../api/client';
import { Button } from './Button';
import { keyOf, type Request, type Settings } from './data';

/** The paths that answer a list in pages. */
type PagedPath = { [P in PathOf<'get'>]: Answer<P, 'get'> extends Page<unknown> ? P : never }[PathOf<'get'>];
interface Page<R> { rows: R[]; next: string | null }
type RowOf<P extends PagedPath> = Answer<P, 'get'> extends Page<infer R> ? R : never;

const whole = 1000;

function readPage<P extends PagedPath>(path: P, request: Request<P>, cursor: string | null, signal: AbortSignal): Promise<Page<RowOf<P>>> {
  const page: Promise<unknown> = api.get(path, { ...request, query: { ...request.query, cursor }, signal });
  return page as Promise<Page<RowOf<P>>>;
}

/** Reads a list page by page; put `More` below it. */
export function usePages<P extends PagedPath>(path: P, request: Request<P>, { live, enabled }: Settings = {}): UseInfiniteQueryResult<RowOf<P>[]> {
  return useInfiniteQuery({
    queryKey: [...keyOf(path, request as Request), 'pages'],
    queryFn: ({ pageParam, signal }) => readPage(path, request, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    select: (data) => data.pages.flatMap((page) => page.rows),
    placeholderData: keepPreviousData,
    structuralSharing: false,
    enabled,
    meta: { live },
  });
}

/** Reads a whole list, however long it is: for what is counted or sorted here. */
export function useAll<P extends PagedPath>(path: P, request: Request<P>, { live, enabled }: Settings = {}): UseQueryResult<RowOf<P>[]> {
  return useQuery({
    queryKey: [...keyOf(path, request as Request), 'all'],
    queryFn: async ({ signal }) => {
      const rows: RowOf<P>[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<RowOf<P>> = await readPage(path, { ...request, query: { ...request.query, limit: whole } }, cursor, signal);
        rows.push(...page.rows);
        cursor = page.next;
      } while (cursor !== null);
      return rows;
    },
    structuralSharing: false,
    enabled,
    meta: { live },
  });
}

/** The button below a list in pages, while there is more of it. */
export function More({ pages, label = 'Show more' }: { pages: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'fetchNextPage' | 'isFetchingNextPage'>; label?: string }) {
  if (!pages.hasNextPage) return null;
  return <div><Button look="quiet" disabled={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>{label}</Button></div>;
}
