import { type ComponentType } from 'react';
import { Page, useUrl, Ways } from '../../kit';
import { ContradictionsTab } from './ContradictionsTab';
import { CoverageTab } from './CoverageTab';
import { DriftTab } from './DriftTab';
import { LoopTab } from './LoopTab';
import { PictureTab } from './PictureTab';
import './line.css';

const tabs = ['picture', 'coverage', 'drift', 'contradictions', 'loop'] as const;
type LineTab = (typeof tabs)[number];
const shows: Record<LineTab, [name: string, content: ComponentType]> = {
  picture: ['Picture', PictureTab], coverage: ['Coverage', CoverageTab], drift: ['Drift', DriftTab], contradictions: ['Contradictions', ContradictionsTab], loop: ['Loop', LoopTab],
};

const queryOf = (tab: LineTab): Record<string, string> => (tab === 'picture' ? {} : { tab });

export default function LinePage() {
  const url = useUrl();
  const tab = tabs.find((one) => one === url.tab) ?? 'picture';
  const [, Content] = shows[tab];
  return (
    <Page
      title="The line" layout={tab === 'picture' ? 'list' : 'wide'}
      filters={<Ways turns="The line" label="What to show" value={tab} ways={tabs.map((id) => ({ id, label: shows[id][0], query: queryOf(id) }))} />}
    >
      <Content />
    </Page>
  );
}
