import type { Line, LineLevel, LineStop } from '../../api/types';

/** Its reference; a release stands a second time where its customers were told. */
export type StopKey = string;

export interface PlacedStop { key: StopKey; stop: LineStop; level: LineLevel; column: number; row: number }
export interface PlacedEdge { from: StopKey; to: StopKey }
export interface Picture {
  columns: { level: LineLevel; stops: PlacedStop[]; more: number }[];
  edges: PlacedEdge[];
  stops: Map<StopKey, PlacedStop>;
}

export const levelNames: Record<LineLevel, string> = {
  vision: 'Vision', objectives: 'Objectives', opportunities: 'Opportunities', initiatives: 'Initiatives', work: 'Work', releases: 'Releases', told: 'Told',
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

/** Columns with their stops in an order that keeps lines from crossing: each near what it comes from. */
export function pictureOf(line: Line): Picture {
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
    const placed = found
      .map((stop) => ({ stop, weight: weigh(stop) }))
      .toSorted((a, b) => (a.weight === b.weight ? 0 : a.weight - b.weight))
      .map(({ stop }, row): PlacedStop => ({ key: keyOf(level, stop), stop, level, column, row }));
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

export type Gap = 'initiatives' | 'objectives';

/** What nothing works on: initiatives no work delivers, active objectives no work reaches. */
export function gapOf(picture: Picture, gap: Gap): Set<StopKey> {
  const below = groups(picture.edges, 'from');
  const works = (key: StopKey, seen = new Set<StopKey>()): boolean => (below.get(key) ?? []).some((next) => {
    if (seen.has(next)) return false;
    seen.add(next);
    return picture.stops.get(next)?.level === 'work' || works(next, seen);
  });
  const stops = picture.columns.find(({ level }) => level === gap)?.stops ?? [];
  return new Set(stops.filter(({ key, stop }) => (gap === 'initiatives' || (stop.state ?? 'active') === 'active') && !works(key)).map(({ key }) => key));
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
