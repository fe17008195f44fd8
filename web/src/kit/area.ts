import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Kind, ObjectView } from '../api/types';

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

/** What a room gives the shell: `areas/<room>/area.ts` exports it as default. */
export interface Area {
  pages: AreaPage[];
  /** The part of the object panel that only this room knows. */
  slots?: Partial<Record<Kind, () => Promise<{ default: ComponentType<SlotProps> }>>>;
}
