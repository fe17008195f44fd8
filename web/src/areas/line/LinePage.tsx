import { Link, useNavigate } from '@tanstack/react-router';
import { type MouseEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Kind, Line, LineLevel } from '../../api/types';
import {
  EmptyState, formatCount, KindGlyph, Load, Page, PageLink, StatusGlyph, ToggleChip, useGet, useKeys, useNarrow, usePeek, usePeekWalk, useProduct, useSetUrl, useUrl,
} from '../../kit';
import { Coverage } from './Coverage';
import { Outline } from './Outline';
import { along, cornerOf, curve, gapOf, levelNames, type Measures, type Picture, pictureOf, type PlacedStop, sibling, type StopKey, through } from './picture';
import './line.css';

const live: Kind[] = ['vision', 'objective', 'opportunity', 'initiative', 'epic', 'story', 'bug', 'task', 'spike', 'sprint', 'release', 'feedback'];
const strategy = new Set<LineLevel>(['vision', 'objectives', 'opportunities', 'initiatives']);
const counted: Partial<Record<LineLevel, (count: number) => string>> = {
  opportunities: (count) => formatCount(count, 'voice'), work: (count) => formatCount(count, 'item'), releases: (count) => formatCount(count, 'item'),
};
const elementId = (key: StopKey) => `stop-${key}`;
const edge = 24;

/** Columns share the width of the page and never get too narrow to read. */
function measuresFor(width: number): Measures {
  const gapX = width > 1400 ? 40 : 28;
  return { width: Math.min(240, Math.max(136, Math.floor((width - 2 * edge - 6 * gapX) / 7))), height: 74, gapX, gapY: 10, top: 0 };
}

function StopText({ placed: { stop, level, key }, gap, loose }: { placed: PlacedStop; gap: boolean; loose: boolean }) {
  const { kind, title, category, state, reference, note, count } = stop;
  const words = count === undefined || count === null ? undefined : counted[level]?.(count);
  return (
    <>
      <span className="line-stop-top">
        {category ? <StatusGlyph category={category} label={state} /> : <KindGlyph kind={kind} />}
        <span className="cut">{key.startsWith('told:') ? (note ?? 'Told') : (note ?? words ?? reference)}</span>
      </span>
      <span className="line-stop-title">{title}</span>
      {(gap || loose) && <span className="line-stop-gap">▲ {gap ? 'No work' : 'No why'}</span>}
    </>
  );
}

function useWidth() {
  const [width, setWidth] = useState(1200);
  const watch = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => { if (entry) setWidth(Math.round(entry.contentRect.width)) });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { width, watch };
}

interface DrawnProps { picture: Picture; focus: StopKey | undefined; gaps: Set<StopKey>; only: Set<StopKey> | null; onFocus: (key: StopKey) => void }

function Drawn({ picture, focus, gaps, only, onFocus }: DrawnProps) {
  const product = useProduct();
  const { open } = usePeek();
  const gradient = useId();
  const { width, watch } = useWidth();
  const measures = useMemo(() => measuresFor(width), [width]);
  const lit = useMemo(() => (focus !== undefined && picture.stops.has(focus) ? through(picture, focus) : only), [picture, focus, only]);
  const hangs = useMemo(() => new Set(picture.edges.map(({ to }) => to)), [picture]);
  const rows = Math.max(1, ...picture.columns.map(({ stops, more }) => stops.length + (more > 0 ? 1 : 0)));
  const total = { width: picture.columns.length * measures.width + (picture.columns.length - 1) * measures.gapX, height: rows * (measures.height + measures.gapY) };
  const drawn = useMemo(() => picture.edges.flatMap(({ from, to }) => {
    const [a, b] = [picture.stops.get(from), picture.stops.get(to)];
    return a && b ? [{ key: `${from} ${to}`, from, to, path: curve(a, b, measures) }] : [];
  }), [picture, measures]);

  const click = (placed: PlacedStop) => (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    // The first click shows its line, the second looks into it.
    if (focus === placed.key) open(placed.stop.reference);
    else onFocus(placed.key);
    document.getElementById(elementId(placed.key))?.focus({ preventScroll: true });
  };
  return (
    <div className="line-scroll" ref={watch}>
      <div className="line-heads" style={{ width: total.width + 2 * edge, gridTemplateColumns: `repeat(${picture.columns.length}, ${measures.width}px)`, columnGap: measures.gapX }}>
        {picture.columns.map(({ level, stops, more }) => (
          <h2 key={level} className={strategy.has(level) ? 'strategy' : 'delivery'}>{levelNames[level]} <span className="muted number">{stops.length + more}</span></h2>
        ))}
      </div>
      <div className="line-drawing" style={{ width: total.width + 2 * edge, height: total.height + edge }}>
        <svg className="line-edges" width={total.width} height={total.height} aria-hidden>
          <defs>
            <linearGradient id={gradient} gradientUnits="userSpaceOnUse" x1="0" x2={total.width} y1="0" y2="0">
              <stop className="line-from" offset="0" /><stop className="line-from" offset=".4" /><stop className="line-to" offset=".7" /><stop className="line-to" offset="1" />
            </linearGradient>
          </defs>
          {drawn.map(({ key, from, to, path }) => (
            <path key={key} className={lit === null ? 'line-edge' : lit.has(from) && lit.has(to) ? 'line-edge lit' : 'line-edge dim'} d={path} stroke={`url(#${gradient})`} />
          ))}
        </svg>
        {picture.columns.map(({ level, stops, more }, column) => (
          <section key={level} aria-label={levelNames[level]}>
            <ul>
              {stops.map((placed) => {
                const { x, y } = cornerOf(placed, measures);
                const classes = ['line-node', strategy.has(level) ? 'strategy' : 'delivery', lit !== null && !lit.has(placed.key) && 'dim', focus === placed.key && 'here'];
                return (
                  <li
                    key={placed.key} id={elementId(placed.key)} tabIndex={-1} aria-current={focus === placed.key ? 'true' : undefined} className={classes.filter(Boolean).join(' ')}
                    style={{ transform: `translate(${x + edge}px, ${y}px)`, width: measures.width, height: measures.height }}
                  >
                    <Link to={`/p/${product.key}/o/${placed.stop.reference}`} preload={false} tabIndex={-1} className="line-node-link" onClick={click(placed)}>
                      <StopText placed={placed} gap={gaps.has(placed.key)} loose={level === 'work' && !hangs.has(placed.key)} />
                    </Link>
                  </li>
                );
              })}
            </ul>
            {stops.length === 0 && <p className="line-none muted" style={{ transform: `translate(${cornerOf({ column, row: 0 }, measures).x + edge}px, 0)`, width: measures.width }}>None yet</p>}
            {more > 0 && <p className="line-none muted" style={{ transform: `translate(${cornerOf({ column, row: stops.length }, measures).x + edge}px, ${cornerOf({ column, row: stops.length }, measures).y}px)`, width: measures.width }}>and {formatCount(more, 'more', 'more')}</p>}
          </section>
        ))}
      </div>
    </div>
  );
}

function LineView({ line }: { line: Line }) {
  const product = useProduct();
  const navigate = useNavigate();
  const url = useUrl();
  const setUrl = useSetUrl();
  const narrow = useNarrow();
  const { peek, open, close } = usePeek();
  const picture = useMemo(() => pictureOf(line), [line]);
  const initiatives = useMemo(() => gapOf(picture, 'initiatives'), [picture]);
  const objectives = useMemo(() => gapOf(picture, 'objectives'), [picture]);
  const gaps = useMemo(() => new Set([...initiatives, ...objectives]), [initiatives, objectives]);
  const gap = url.gap === 'initiatives' || url.gap === 'objectives' ? url.gap : undefined;
  const only = gap === undefined ? null : gap === 'initiatives' ? initiatives : objectives;
  const outline = url.view === 'outline' || (narrow && url.view !== 'picture');
  const focus = url.focus;
  const empty = line.columns.every(({ stops }) => stops.length === 0);

  const focusOn = (key: StopKey | undefined) => {
    if (key === undefined) return;
    setUrl({ focus: key, gap: undefined, ...(peek === undefined ? {} : { peek: picture.stops.get(key)?.stop.reference }) });
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
  const go = (keys: string, does: string, to: (from: StopKey) => StopKey | undefined) => ({
    keys, does, group: 'The line: move', quiet: true,
    run: () => { if (!outline) focusOn(focus !== undefined && picture.stops.has(focus) ? to(focus) : first) },
  });
  const here = focus === undefined ? undefined : picture.stops.get(focus)?.stop;
  useKeys([
    go('ArrowRight', 'Along the line', (from) => along(picture, from, 1)), go('ArrowLeft', 'Back along the line', (from) => along(picture, from, -1)),
    go('ArrowDown', 'Next beside it', (from) => sibling(picture, from, 1)), go('ArrowUp', 'Previous beside it', (from) => sibling(picture, from, -1)),
    go('j', 'Next beside it', (from) => sibling(picture, from, 1)), go('k', 'Previous beside it', (from) => sibling(picture, from, -1)),
    { keys: 'Space', does: 'Peek, or close it', group: 'The line: move', quiet: true, run: () => { if (peek !== undefined) close(); else if (here) open(here.reference) } },
    { keys: 'Enter', does: 'Open the page', group: 'The line: move', quiet: true, run: () => { if (here) void navigate({ to: `/p/${product.key}/o/${here.reference}` }) } },
    { keys: 'Escape', does: 'Show the whole line', group: 'The line: move', quiet: true, run: () => { shown.current = undefined; setUrl({ focus: undefined, gap: undefined }) } },
    { keys: 'o', does: 'Outline or picture', group: 'The line: do', run: () => setUrl({ view: outline ? (narrow ? 'picture' : undefined) : 'outline' }) },
  ]);
  return (
    <Page
      title="The line" layout="list"
      filters={
        <>
          <ToggleChip on={!outline} onChange={() => setUrl({ view: narrow ? 'picture' : undefined })}>Picture</ToggleChip>
          <ToggleChip on={outline} onChange={() => setUrl({ view: narrow ? undefined : 'outline' })}>Outline</ToggleChip>
          {!outline && <span className="muted line-hint">← → along the line · ↑ ↓ beside it · Space peeks · Esc all</span>}
        </>
      }
    >
      {empty ? (
        <EmptyState action={<PageLink to="vision">Write the vision</PageLink>}>
          The line shows how what customers said, what you want to reach, and what the team ships hang together. It begins with the vision.
        </EmptyState>
      ) : outline
        ? <div className="line-outlines"><Outline picture={picture} gaps={gaps} only={only} /></div>
        : <Drawn picture={picture} focus={focus} gaps={gaps} only={only} onFocus={focusOn} />}
      {!empty && <Coverage coverage={line.coverage} gap={gap} onGap={(next) => setUrl({ gap: next, focus: undefined })} />}
    </Page>
  );
}

export default function LinePage() {
  const product = useProduct();
  const query = useGet('/products/{product}/line', { path: { product: product.key } }, { live });
  if (query.data === undefined) return <Page title="The line"><Load query={query} rows={8}>{() => null}</Load></Page>;
  return <LineView line={query.data} />;
}
