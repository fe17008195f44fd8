import { Flag } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [
    { path: 'releases', load: () => import('./ReleasesPage'), nav: { label: 'Releases', place: 'delivery', order: 40, icon: Flag, keys: 'g e', makes: 'release' } },
    { path: 'releases/$release', load: () => import('./ReleasePage') },
  ],
  slots: { release: () => import('./ReleasePanel') },
};
export default area;
