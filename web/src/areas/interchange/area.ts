import { FileDown } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'import', load: () => import('./ImportPage'), nav: { label: 'Import and export', place: 'foot', order: 10, icon: FileDown } }],
};
export default area;
