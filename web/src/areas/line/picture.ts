import type { Kind, Line, LineStop, LineThread, LineLevel as ShownLevel } from '../../api/types';

/** What the whole line shows; a thread also goes through who asked and through sprints. */
export type LineLevel = ShownLevel | 'voices' | 'sprints';

/** Its reference; a release stands a second time where its customers were told. */
export type StopKey = string;

export interface PlacedStop { key: StopKey; stop: LineStop; level: LineLevel; column: number; row: number }
export interface PlacedEdge { from: StopKey; to: StopKey }
interface Column<S> { level: LineLevel; stops: S[]; more: number }
export interface Picture {
  columns: Column<PlacedStop>[];
  edges: PlacedEdge[];
  stops: Map<StopKey, PlacedStop>;
}

export const levelNames: Record<LineLevel, string> = {
  voices: 'Voices', vision: 'Vision', objectives: 'Objectives', opportunities: 'Opportunities', initiatives: 'Initiatives', work: 'Work', sprints: 'Sprints', releases: 'Releases', told: 'Told',
};

const keyOf = (level: LineLevel, stop: LineStop): StopKey => (level === 'told' ? `told:${stop.reference}` : stop.reference);

function groups(edges: PlacedEdge[], by: 'from' | 'to'): Map<StopKey, StopKey[]> {
  const other = by === 'from' ? 'to' : 'from';
  const found = new Map<StopKey, StopKey[]>();
  for (const edge of edges) {
    const list = found.get(edge[by]);
    if (list) list.push(edge[other]);
    else found.set(edge[by], [edge[other]]);
  }
  return found;
}

const levelOf: Partial<Record<Kind, LineLevel>> = {
  customer: 'voices', feedback: 'voices', vision: 'vision', objective: 'objectives', opportunity: 'opportunities', initiative: 'initiatives', sprint: 'sprints', release: 'releases',
};

/** A thread in the columns of the line: single things, and no column for what it does not go through beside them. */
export function lineOfThread({ stops, edges }: LineThread): Pick<Line, 'edges'> & { columns: Column<LineStop>[] } {
  const of = (level: LineLevel) => stops.filter(({ kind }) => (levelOf[kind] ?? 'work') === level);
  const columns = (['voices', 'vision', 'objectives', 'opportunities', 'initiatives', 'work', 'sprints', 'releases'] as const)
    .map((level) => ({ level, stops: of(level), more: 0 }))
    .filter(({ level, stops: found }) => found.length > 0 || (level !== 'voices' && level !== 'sprints'));
  return { columns, edges };
}

/** Only some of the stops, closed up, with the edges between them. */
export function narrowed({ columns, edges }: Picture, kept: (stop: PlacedStop) => boolean): Picture {
  const stops = new Map<StopKey, PlacedStop>();
  const left = columns.map(({ level, stops: all, more }) => {
    const some = all.filter(kept).map((stop, row) => ({ ...stop, row }));
    for (const stop of some) stops.set(stop.key, stop);
    return { level, stops: some, more: some.length === all.length ? more : 0 };
  });
  return { columns: left, edges: edges.filter(({ from, to }) => stops.has(from) && stops.has(to)), stops };
}

/** Parts below their wholes, where both are in one column. */
function nested(stops: LineStop[], level: LineLevel, edges: PlacedEdge[]): LineStop[] {
  const here = new Map(stops.map((stop) => [keyOf(level, stop), stop]));
  const within = edges.filter(({ from, to }) => from !== to && here.has(from) && here.has(to));
  if (within.length === 0) return stops;
  const parts = groups(within, 'from');
  const isPart = new Set(within.map(({ to }) => to));
  const placed = new Set<LineStop>();
  const place = (stop: LineStop): void => {
    if (placed.has(stop)) return;
    placed.add(stop);
    for (const key of parts.get(keyOf(level, stop)) ?? []) place(here.get(key)!);
  };
  for (const stop of stops) if (!isPart.has(keyOf(level, stop))) place(stop);
  for (const stop of stops) place(stop);
  return [...placed];
}

/** Columns with their stops in an order that keeps lines from crossing: each near what it comes from. */
export function pictureOf(line: Pick<Line, 'edges'> & { columns: Column<LineStop>[] }): Picture {
  const keys = new Map<string, StopKey>();
  for (const { level, stops } of line.columns) {
    if (level !== 'told') for (const stop of stops) keys.set(stop.id, keyOf(level, stop));
  }
  const edges: PlacedEdge[] = line.edges.flatMap(({ from, to }) => {
    const [a, b] = [keys.get(from), keys.get(to)];
    return a === undefined || b === undefined ? [] : [{ from: a, to: b }];
  });
  for (const stop of line.columns.find(({ level }) => level === 'told')?.stops ?? []) {
    const from = keys.get(stop.id);
    if (from !== undefined) edges.push({ from, to: keyOf('told', stop) });
  }
  const above = groups(edges, 'to');
  const stops = new Map<StopKey, PlacedStop>();
  const columns = line.columns.map(({ level, stops: found, more }, column) => {
    const weigh = (stop: LineStop) => {
      const rows = (above.get(keyOf(level, stop)) ?? []).flatMap((key) => stops.get(key)?.row ?? []);
      return rows.length === 0 ? Number.POSITIVE_INFINITY : rows.reduce((sum, row) => sum + row, 0) / rows.length;
    };
    const weighed = found
      .map((stop) => ({ stop, weight: weigh(stop) }))
      .toSorted((a, b) => (a.weight === b.weight ? 0 : a.weight - b.weight))
      .map(({ stop }) => stop);
    const placed = nested(weighed, level, edges).map((stop, row): PlacedStop => ({ key: keyOf(level, stop), stop, level, column, row }));
    for (const one of placed) stops.set(one.key, one);
    return { level, stops: placed, more };
  });
  return { columns, edges, stops };
}

/** Everything on the lines through a stop: up to the vision and down to who was told. */
export function through({ edges }: Picture, key: StopKey): Set<StopKey> {
  const found = new Set([key]);
  for (const next of [groups(edges, 'from'), groups(edges, 'to')]) {
    const seen = new Set([key]);
    const waiting = [key];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const other of next.get(at) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        found.add(other);
        waiting.push(other);
      }
    }
  }
  return found;
}

function nearest(stops: PlacedStop[], row: number): PlacedStop | undefined {
  return stops.toSorted((a, b) => Math.abs(a.row - row) - Math.abs(b.row - row) || a.row - b.row)[0];
}

/** Along the line: to the nearest stop it leads to or, where it leads nowhere, to the next column that has any. */
export function along(picture: Picture, key: StopKey, step: 1 | -1): StopKey | undefined {
  const here = picture.stops.get(key);
  if (!here) return undefined;
  const linked = picture.edges.flatMap(({ from, to }) => {
    const other = step > 0 ? (from === key ? to : undefined) : to === key ? from : undefined;
    const stop = other === undefined ? undefined : picture.stops.get(other);
    return stop && (stop.column - here.column) * step > 0 ? [stop] : [];
  });
  if (linked.length > 0) {
    const column = Math[step > 0 ? 'min' : 'max'](...linked.map((stop) => stop.column));
    return nearest(linked.filter((stop) => stop.column === column), here.row)?.key;
  }
  const rest = step > 0 ? picture.columns.slice(here.column + 1) : picture.columns.slice(0, here.column).toReversed();
  return nearest(rest.find(({ stops }) => stops.length > 0)?.stops ?? [], here.row)?.key;
}

export function sibling(picture: Picture, key: StopKey, step: 1 | -1): StopKey | undefined {
  const here = picture.stops.get(key);
  return here && picture.columns[here.column]!.stops[here.row + step]?.key;
}

/** Initiatives that no work delivers. */
export function idleOf(picture: Picture): Set<StopKey> {
  const below = groups(picture.edges, 'from');
  const works = (key: StopKey, seen = new Set<StopKey>()): boolean => (below.get(key) ?? []).some((next) => {
    if (seen.has(next)) return false;
    seen.add(next);
    return picture.stops.get(next)?.level === 'work' || works(next, seen);
  });
  return new Set((picture.columns.find(({ level }) => level === 'initiatives')?.stops ?? []).map(({ key }) => key).filter((key) => !works(key)));
}

export interface Branch { stop: PlacedStop; branches: Branch[] }

/** The picture as a nested list: each stop once, below the first it hangs on; what hangs on nothing begins a branch of its own. */
export function outlineOf(picture: Picture): { level: LineLevel; branches: Branch[] }[] {
  const below = groups(picture.edges, 'from');
  const hangs = new Set(picture.edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const placed = new Set<StopKey>();
  const grow = (stop: PlacedStop): Branch => {
    placed.add(stop.key);
    const branches: Branch[] = [];
    for (const key of below.get(stop.key) ?? []) {
      const next = picture.stops.get(key);
      if (next && !placed.has(key)) branches.push(grow(next));
    }
    return { stop, branches };
  };
  return picture.columns
    .map(({ level, stops }) => ({ level, branches: stops.filter(({ key }) => !hangs.has(key) && !placed.has(key)).map(grow) }))
    .filter(({ branches }) => branches.length > 0);
}

/** How far columns and rows lie apart on the page. */
export interface Measures { width: number; height: number; gapX: number; gapY: number; top: number }

export function cornerOf({ column, row }: Pick<PlacedStop, 'column' | 'row'>, { width, height, gapX, gapY, top }: Measures): { x: number; y: number } {
  return { x: column * (width + gapX), y: top + row * (height + gapY) };
}

/** A calm curve from the right side of one stop to the left side of another; within a column an arc at its left. */
export function curve(from: PlacedStop, to: PlacedStop, measures: Measures): string {
  const { width, height, gapX } = measures;
  const [a, b] = [cornerOf(from, measures), cornerOf(to, measures)];
  const [startY, endY] = [a.y + height / 2, b.y + height / 2];
  if (from.column === to.column) return `M${a.x} ${startY}C${a.x - gapX} ${startY} ${b.x - gapX} ${endY} ${b.x} ${endY}`;
  const startX = a.x + width;
  const half = Math.min(gapX, (b.x - startX) / 2);
  return `M${startX} ${startY}C${startX + half} ${startY} ${b.x - half} ${endY} ${b.x} ${endY}`;
}

/** '76 %' of what there is; nothing of nothing is not a share. */
export function percent({ reached, total }: { reached: number; total: number }): string {
  return total === 0 ? '–' : `${Math.round((reached / total) * 100)} %`;
}
