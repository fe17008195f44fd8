import { House } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'home', load: () => import('./HomePage'), nav: { label: 'Home', place: 'top', order: 5, icon: House, keys: 'g h' } }],
};
export default area;
