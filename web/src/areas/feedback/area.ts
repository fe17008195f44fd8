import { Inbox } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'feedback', load: () => import('./FeedbackPage'), nav: { label: 'Feedback', place: 'strategy', order: 40, icon: Inbox, keys: 'g f', makes: 'feedback' } }],
  slots: { feedback: () => import('./FeedbackPanel'), customer: () => import('./CustomerPanel') },
};
export default area;
