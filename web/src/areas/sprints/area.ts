import { CalendarRange, Timer } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [
    { path: 'sprint', load: () => import('./SprintPage'), nav: { label: 'Sprint', place: 'delivery', order: 10, icon: Timer, keys: 'g t' } },
    { path: 'planning', load: () => import('./PlanningPage'), nav: { label: 'Planning', place: 'delivery', order: 30, icon: CalendarRange, keys: 'g p', makes: 'sprint' } },
  ],
  settles: { sprint_to_close: () => import('./SettleSprint') },
  slots: { sprint: () => import('./SprintPanel') },
};
export default area;
