import { Map } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'roadmap', load: () => import('./RoadmapPage'), nav: { label: 'Roadmap', place: 'strategy', order: 50, icon: Map, keys: 'g r', makes: 'initiative' } }],
  slots: { initiative: () => import('./InitiativePanel'), promise: () => import('./PromisePanel') },
};
export default area;
