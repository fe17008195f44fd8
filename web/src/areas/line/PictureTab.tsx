import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { api } from '../../api/client';
import type { Kind, Line, LineThread } from '../../api/types';
import {
  Button, EmptyState, formatCount, keyOf, Load, PageLink, ToggleChip, useGet, useKeys, useNarrow, usePeek, usePeekWalk, useProduct, useSetUrl, useUrl,
} from '../../kit';
import { Drawn, elementId } from './Drawn';
import { Filters, filters } from './Filters';
import { Foot } from './Foot';
import { Legend, marksOf, readMarks } from './marks';
import { Outline } from './Outline';
import { along, idleOf, lineOfThread, narrowed, type Picture, pictureOf, sibling, type StopKey } from './picture';

const linePath = '/products/{product}/line';
const live: Kind[] = ['vision', 'objective', 'opportunity', 'initiative', 'epic', 'story', 'bug', 'task', 'spike', 'sprint', 'release', 'feedback', 'theme'];
const whole = { follow: undefined, marks: undefined, ...Object.fromEntries(filters.map((filter) => [filter, undefined])) };

interface Props {
  whole: Picture;
  thread: { followed: string; more: number } | undefined;
  coverage: Line['coverage'];
}

function PictureView({ whole: all, thread, coverage }: Props) {
  const product = useProduct();
  const navigate = useNavigate();
  const url = useUrl();
  const setUrl = useSetUrl();
  const narrow = useNarrow();
  const { peek, open, close } = usePeek();
  const marked = useMemo(() => marksOf(all, thread ? new Set() : idleOf(all)), [all, thread]);
  const on = useMemo(() => readMarks(url.marks), [url.marks]);
  const picture = useMemo(() => (on.length === 0 ? all : narrowed(all, ({ key }) => marked.get(key)?.some((mark) => on.includes(mark)) === true)), [all, marked, on]);
  const outline = url.view === 'outline' || (narrow && url.view !== 'picture');
  const focus = url.focus;
  const filtered = filters.some((filter) => url[filter] !== undefined);
  const empty = picture.stops.size === 0;

  const focusOn = (key: StopKey | undefined) => {
    if (key === undefined) return;
    setUrl({ focus: key, ...(peek === undefined ? {} : { peek: picture.stops.get(key)?.stop.reference }) });
  };
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (focus === undefined || outline || shown.current === focus) return;
    shown.current = focus;
    const element = document.getElementById(elementId(focus));
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [focus, outline, picture]);
  usePeekWalk((reference, step) => {
    const from = focus !== undefined && picture.stops.get(focus)?.stop.reference === reference ? focus : reference;
    const key = sibling(picture, from, step);
    const next = key === undefined ? undefined : picture.stops.get(key)?.stop.reference;
    if (next !== undefined) setUrl({ focus: key });
    return next;
  });
  const first = picture.columns.find(({ stops }) => stops.length > 0)?.stops[0]?.key;
  const here = focus === undefined ? undefined : picture.stops.get(focus)?.stop;
  const follow = (key: StopKey | undefined) => {
    const reference = key === undefined ? undefined : picture.stops.get(key)?.stop.reference;
    if (reference === undefined) return;
    shown.current = undefined;
    // Back leads to the whole line again.
    setUrl({ follow: reference, focus: reference, marks: undefined }, false);
  };
  const back = () => {
    shown.current = undefined;
    if (thread) setUrl({ follow: undefined });
    else setUrl({ focus: undefined, marks: undefined });
  };
  // Phones begin with the outline, everything else with the picture.
  const turn = () => setUrl({ view: outline === narrow ? (outline ? 'picture' : 'outline') : undefined });
  const go = (keys: string, does: string, to: (from: StopKey) => StopKey | undefined) => ({
    keys, does, group: 'The line: move', quiet: true,
    run: () => { if (!outline) focusOn(focus !== undefined && picture.stops.has(focus) ? to(focus) : first) },
  });
  useKeys([
    go('ArrowRight', 'Along the line', (from) => along(picture, from, 1)), go('ArrowLeft', 'Back along the line', (from) => along(picture, from, -1)),
    go('ArrowDown', 'Next beside it', (from) => sibling(picture, from, 1)), go('ArrowUp', 'Previous beside it', (from) => sibling(picture, from, -1)),
    go('j', 'Next beside it', (from) => sibling(picture, from, 1)), go('k', 'Previous beside it', (from) => sibling(picture, from, -1)),
    { keys: 'Space', does: 'Peek, or close it', group: 'The line: move', quiet: true, run: () => { if (peek !== undefined) close(); else if (here) open(here.reference) } },
    { keys: 'Enter', does: 'Follow its thread', group: 'The line: move', quiet: true, run: () => follow(focus) },
    { keys: 'Shift+Enter', does: 'Open the page', group: 'The line: move', quiet: true, run: () => { if (here) void navigate({ to: `/p/${product.key}/o/${here.reference}` }) } },
    { keys: 'Escape', does: 'Back to the whole line', group: 'The line: move', quiet: true, run: back },
    { keys: 'o', does: 'Outline or picture', group: 'The line: do', run: turn },
    { keys: 'p', does: 'Print the line', group: 'The line: do', run: () => print() },
  ]);
  return (
    <>
      <div className="line-bar no-print">
        <ToggleChip on={outline} onChange={turn}>Outline</ToggleChip>
        <span className="line-bar-rule" aria-hidden />
        {!thread && <Filters />}
        <Legend marked={marked} on={on} onChange={(next) => setUrl({ marks: next.join(','), focus: undefined })} />
        <span className="grow" />
        {thread
          ? <Button look="quiet" keys="Escape" onPress={back}>Whole line</Button>
          : !outline && <Button look="quiet" keys="Enter" disabled={!here} hint="Shows only the thread through it, down to single items" onPress={() => follow(focus)}>Follow</Button>}
      </div>
      {thread && (
        <p className="line-thread">
          The thread through {thread.followed}: {formatCount(picture.stops.size, 'thing')}{thread.more > 0 && `, and ${formatCount(thread.more, 'more', 'more')} that are not shown`}.
        </p>
      )}
      {empty ? (
        on.length > 0 ? <EmptyState action={<Button onPress={() => setUrl({ marks: undefined })}>Show all</Button>}>Nothing here carries such a mark.</EmptyState>
          : filtered ? <EmptyState action={<Button onPress={() => setUrl(whole)}>Show the whole line</Button>}>No thread goes through all that is chosen.</EmptyState>
            : (
              <EmptyState action={<PageLink to="vision">Write the vision</PageLink>}>
                The line shows how what customers said, what you want to reach, and what the team ships hang together. It begins with the vision.
              </EmptyState>
            )
      ) : outline
        ? <div className="line-outlines"><Outline picture={picture} marked={marked} onFollow={follow} /></div>
        : <Drawn picture={picture} focus={focus} marked={marked} onFocus={focusOn} />}
      {!empty && !thread && <Foot coverage={coverage} />}
    </>
  );
}

function ThreadView({ thread, followed, coverage }: { thread: LineThread; followed: string; coverage: Line['coverage'] }) {
  const picture = useMemo(() => pictureOf(lineOfThread(thread)), [thread]);
  const about = thread.stops.find(({ reference }) => reference === followed);
  const told = useMemo(() => ({ followed: about ? `${about.reference} ${about.title}` : followed, more: thread.more }), [about, followed, thread.more]);
  return <PictureView whole={picture} thread={told} coverage={coverage} />;
}

function WholeView({ line }: { line: Line }) {
  const picture = useMemo(() => pictureOf(line), [line]);
  return <PictureView whole={picture} thread={undefined} coverage={line.coverage} />;
}

/** The whole product from vision to release, or one thread of it. */
export function PictureTab() {
  const product = useProduct();
  const { follow, ...url } = useUrl();
  const request = { path: { product: product.key }, query: Object.fromEntries(filters.map((filter) => [filter, url[filter]])) };
  const line = useQuery({
    queryKey: keyOf(linePath, request), queryFn: ({ signal }) => api.get(linePath, { ...request, signal }), placeholderData: keepPreviousData, structuralSharing: false, meta: { live },
  });
  const thread = useGet('/products/{product}/line/thread', { path: { product: product.key }, query: { object: follow } }, { live, enabled: follow !== undefined });
  return (
    <Load query={line} rows={8}>
      {(shown) => (follow === undefined
        ? <WholeView line={shown} />
        : <Load query={thread} rows={8}>{(found) => <ThreadView thread={found} followed={follow} coverage={shown.coverage} />}</Load>)}
    </Load>
  );
}
