import { GitCommitHorizontal } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'line', load: () => import('./LinePage'), nav: { label: 'The line', place: 'top', order: 10, icon: GitCommitHorizontal, keys: 'g l' } }],
};
export default area;
