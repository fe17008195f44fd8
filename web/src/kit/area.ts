import type { LucideIcon } from 'lucide-react';
import { type ComponentType, createContext } from 'react';
import type { HomeSort, Kind, ObjectView, Stub } from '../api/types';

export type NavPlace = 'top' | 'strategy' | 'delivery' | 'foot';

export interface AreaPage {
  /** Below /p/$product/: 'backlog', 'releases/$release'. With `outside`, below /. */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Stands outside every product and needs no sign-in: /setup. */
  outside?: boolean;
  /** Where it stands in the navigation; without it the page has no entry. `makes` names what its C makes: 'item'. */
  nav?: { label: string; place: NavPlace; order: number; icon: LucideIcon; keys?: string; makes?: string };
}

export interface SlotProps { object: ObjectView; refresh: () => void }

export interface SettleProps { object: Pick<Stub, 'id' | 'reference'>; onClose: () => void }

/** The dialogs in which rooms settle what needs somebody, wherever it is listed. */
export const Settling = createContext<Partial<Record<HomeSort, ComponentType<SettleProps>>>>({});

/** What a room gives the shell: `areas/<room>/area.ts` exports it as default. */
export interface Area {
  pages: AreaPage[];
  /** The part of the object panel that only this room knows. */
  slots?: Partial<Record<Kind, () => Promise<{ default: ComponentType<SlotProps> }>>>;
  /** The dialog in which only this room settles what needs somebody. */
  settles?: Partial<Record<HomeSort, () => Promise<{ default: ComponentType<SettleProps> }>>>;
}
