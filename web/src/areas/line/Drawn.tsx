import { type CSSProperties, memo, type MouseEvent, useCallback, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { formatCount, KindGlyph, StatusGlyph, usePeek, useProduct } from '../../kit';
import { type Mark, type Marked, MarksOf } from './marks';
import { cornerOf, curve, type LineLevel, levelNames, type Measures, type Picture, type PlacedStop, type StopKey, through } from './picture';

const strategy = new Set<LineLevel>(['voices', 'vision', 'objectives', 'opportunities', 'initiatives']);
const counted: Partial<Record<LineLevel, (count: number) => string>> = {
  opportunities: (count) => formatCount(count, 'voice'), work: (count) => formatCount(count, 'item'), releases: (count) => formatCount(count, 'item'),
};
const edge = 24;
/** Rows that a large screen shows at once. */
const inSight = 24;
export const elementId = (key: StopKey) => `stop-${key}`;

/** Columns share the width of the page and never get too narrow to read. */
function measuresFor(width: number, columns: number): Measures {
  const gapX = width > 1400 ? 40 : 28;
  return { width: Math.min(240, Math.max(136, Math.floor((width - 2 * edge - (columns - 1) * gapX) / columns))), height: 74, gapX, gapY: 10, top: 0 };
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

interface StopProps { placed: PlacedStop; marks: Mark[] | undefined; measures: Measures; href: string; lit: boolean; here: boolean; onPress: (placed: PlacedStop, event: MouseEvent) => void }

/** There may be more than a thousand: plain elements, drawn again only when something of theirs changes. What is not lit stays as it is. */
const Stop = memo(function Stop({ placed, marks, measures, href, lit, here, onPress }: StopProps) {
  const { stop, level, key } = placed;
  const { x, y } = cornerOf(placed, measures);
  const { kind, title, category, state, reference, note, count } = stop;
  const words = count === null ? undefined : counted[level]?.(count);
  return (
    <li
      id={elementId(key)} tabIndex={-1} aria-current={here ? 'true' : undefined} className={['line-node', strategy.has(level) ? 'strategy' : 'delivery', lit && 'lit', here && 'here'].filter(Boolean).join(' ')}
      style={{ transform: `translate(${x + edge}px, ${y}px)`, width: measures.width, height: measures.height }}
    >
      <a href={href} tabIndex={-1} className="line-node-link" onClick={(event) => onPress(placed, event)}>
        <span className="line-stop-top">
          {category ? <StatusGlyph category={category} label={state} /> : <KindGlyph kind={kind} />}
          <span className="cut">{level === 'told' ? (note ?? 'Told') : (note ?? words ?? reference)}</span>
          {marks && <MarksOf marks={marks} stop={stop} />}
        </span>
        <span className="line-stop-title">{title}</span>
      </a>
    </li>
  );
});

interface Props { picture: Picture; focus: StopKey | undefined; marked: Marked; onFocus: (key: StopKey) => void }

/** The line as a picture: a column for each level, its stops, and the lines between them. */
export function Drawn({ picture, focus, marked, onFocus }: Props) {
  const product = useProduct();
  const { open } = usePeek();
  const gradient = useId();
  const { width, watch } = useWidth();
  const measures = useMemo(() => measuresFor(width, picture.columns.length), [width, picture]);
  const lit = useMemo(() => (focus !== undefined && picture.stops.has(focus) ? through(picture, focus) : null), [picture, focus]);
  const rows = Math.max(1, ...picture.columns.map(({ stops, more }) => stops.length + (more > 0 ? 1 : 0)));
  const total = { width: picture.columns.length * measures.width + (picture.columns.length - 1) * measures.gapX, height: rows * (measures.height + measures.gapY) };
  // What is in sight first, the rest when that stands.
  const upTo = useDeferredValue(Number.POSITIVE_INFINITY, inSight);
  const drawn = useMemo(() => picture.edges.flatMap(({ from, to }) => {
    const [a, b] = [picture.stops.get(from), picture.stops.get(to)];
    return a && b && Math.max(a.row, b.row) < upTo ? [{ key: `${from} ${to}`, from, to, path: curve(a, b, measures) }] : [];
  }), [picture, measures, upTo]);
  const all = useMemo(() => drawn.map(({ key, path }) => <path key={key} className="line-edge" d={path} stroke={`url(#${gradient})`} />), [drawn, gradient]);

  const latest = useRef({ focus, onFocus, open });
  useEffect(() => { latest.current = { focus, onFocus, open } });
  const press = useCallback(({ key, stop }: PlacedStop, event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    // The first click shows its line, the second looks into it.
    if (latest.current.focus === key) latest.current.open(stop.reference);
    else latest.current.onFocus(key);
    document.getElementById(elementId(key))?.focus({ preventScroll: true });
  }, []);
  const columns = { gridTemplateColumns: `repeat(${picture.columns.length}, ${measures.width}px)`, columnGap: measures.gapX };
  // Paper has other measures: the style sheet lays the columns out there.
  const many: CSSProperties & Record<'--line-columns', number> = { '--line-columns': picture.columns.length };
  return (
    <div className="line-scroll" ref={watch} style={many}>
      <div className="line-heads" style={{ width: total.width + 2 * edge, ...columns }}>
        {picture.columns.map(({ level, stops, more }) => (
          <h2 key={level} className={strategy.has(level) ? 'strategy' : 'delivery'}>{levelNames[level]} <span className="muted number">{stops.length + more}</span></h2>
        ))}
      </div>
      <div className={lit === null ? 'line-drawing' : 'line-drawing some'} style={{ width: total.width + 2 * edge, height: total.height + edge }}>
        <svg className="line-edges" width={total.width} height={total.height} aria-hidden>
          <defs>
            <linearGradient id={gradient} gradientUnits="userSpaceOnUse" x1="0" x2={total.width} y1="0" y2="0">
              <stop className="line-from" offset="0" /><stop className="line-from" offset=".4" /><stop className="line-to" offset=".7" /><stop className="line-to" offset="1" />
            </linearGradient>
          </defs>
          <g className="line-all">{all}</g>
          {lit && drawn.filter(({ from, to }) => lit.has(from) && lit.has(to)).map(({ key, path }) => <path key={key} className="line-edge lit" d={path} stroke={`url(#${gradient})`} />)}
        </svg>
        {picture.columns.map(({ level, stops, more }, column) => (
          <section key={level} className="line-column" aria-label={levelNames[level]}>
            <ul>
              {stops.filter(({ row }) => row < upTo).map((placed) => (
                <Stop
                  key={placed.key} placed={placed} marks={marked.get(placed.key)} measures={measures} href={`/p/${product.key}/o/${placed.stop.reference}`}
                  lit={lit !== null && lit.has(placed.key)} here={focus === placed.key} onPress={press}
                />
              ))}
            </ul>
            {(stops.length === 0 || more > 0) && (
              <p className="line-none muted" style={{ transform: `translate(${cornerOf({ column, row: 0 }, measures).x + edge}px, ${cornerOf({ column, row: stops.length }, measures).y}px)`, width: measures.width }}>
                {more > 0 ? `and ${formatCount(more, 'more', 'more')}` : 'None'}
              </p>
            )}
          </section>
        ))}
      </div>
    </div>
  );
}
