import { ListOrdered } from 'lucide-react';
import { itemKinds, type Area } from '../../kit';

const panel = () => import('./ItemPanel');

const area: Area = {
  pages: [{
    path: 'backlog',
    load: () => import('./BacklogPage'),
    nav: { label: 'Backlog', place: 'delivery', order: 20, icon: ListOrdered, keys: 'g k', makes: 'item' },
  }],
  slots: Object.fromEntries(itemKinds.map((kind) => [kind, panel])),
};
export default area;
