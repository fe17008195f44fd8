import type { Area } from '../kit';

const found = import.meta.glob<{ default: Area }>('../areas/*/area.ts', { eager: true });

/** Every room under `areas/`, found by its place. */
export const areas: Area[] = Object.values(found).map((module) => module.default);
export const pages = areas.flatMap((area) => area.pages);
export const slots: NonNullable<Area['slots']> = Object.assign({}, ...areas.map((area) => area.slots ?? {}));

type Entry = { path: string } & NonNullable<Area['pages'][number]['nav']>;
export const entries: Entry[] = pages
  .flatMap(({ path, nav }) => (nav ? [{ path, ...nav }] : []))
  .toSorted((a, b) => a.order - b.order);
