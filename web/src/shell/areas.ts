import { type ComponentType, lazy } from 'react';
import type { HomeSort } from '../api/types';
import type { Area, SettleProps } from '../kit';

const found = import.meta.glob<{ default: Area }>('../areas/*/area.ts', { eager: true });

/** Every room under `areas/`, found by its place. */
export const areas: Area[] = Object.values(found).map((module) => module.default);
export const pages = areas.flatMap((area) => area.pages);
export const slots: NonNullable<Area['slots']> = Object.assign({}, ...areas.map((area) => area.slots ?? {}));
export const settling: Partial<Record<HomeSort, ComponentType<SettleProps>>> = Object.fromEntries(
  areas.flatMap((area) => Object.entries(area.settles ?? {})).map(([sort, load]) => [sort, lazy(load)]),
);

type Entry = { path: string } & NonNullable<Area['pages'][number]['nav']>;
export const entries: Entry[] = pages
  .flatMap(({ path, nav }) => (nav ? [{ path, ...nav }] : []))
  .toSorted((a, b) => a.order - b.order);
