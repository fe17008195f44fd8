import { Lightbulb } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'discovery', load: () => import('./DiscoveryPage'), nav: { label: 'Discovery', place: 'strategy', order: 30, icon: Lightbulb, keys: 'g d', makes: 'opportunity' } }],
  slots: { opportunity: () => import('./OpportunityPanel') },
};
export default area;
