import { TrendingUp } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'forecast', load: () => import('./ForecastPage'), nav: { label: 'Forecast', place: 'delivery', order: 50, icon: TrendingUp, keys: 'g w' } }],
};
export default area;
