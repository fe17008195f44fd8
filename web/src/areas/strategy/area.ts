import { Compass, Goal } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [
    { path: 'vision', load: () => import('./VisionPage'), nav: { label: 'Vision', place: 'strategy', order: 10, icon: Compass, keys: 'g v' } },
    { path: 'objectives', load: () => import('./ObjectivesPage'), nav: { label: 'Objectives', place: 'strategy', order: 20, icon: Goal, keys: 'g o', makes: 'objective' } },
  ],
  settles: { check_in: () => import('./SettleCheckIn') },
  slots: { vision: () => import('./VisionPanel'), objective: () => import('./ObjectivePanel'), theme: () => import('./ThemePanel') },
};
export default area;
