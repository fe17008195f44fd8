import { Scale } from 'lucide-react';
import type { Area } from '../../kit';

const area: Area = {
  pages: [{ path: 'decisions', load: () => import('./DecisionsPage'), nav: { label: 'Decisions', place: 'top', order: 20, icon: Scale, keys: 'g c' } }],
  slots: { proposal: () => import('./ProposalPanel'), question: () => import('./QuestionPanel'), decision: () => import('./RecordPanel') },
};
export default area;
