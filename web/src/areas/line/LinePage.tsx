import { type ComponentType } from 'react';
import { Page, useKeys, useSetUrl, useUrl } from '../../kit';
import { ContradictionsTab } from './ContradictionsTab';
import { CoverageTab } from './CoverageTab';
import { DriftTab } from './DriftTab';
import { LoopTab } from './LoopTab';
import { PictureTab } from './PictureTab';
import { Ways } from './Ways';
import './line.css';

const tabs = ['picture', 'coverage', 'drift', 'contradictions', 'loop'] as const;
type LineTab = (typeof tabs)[number];
const shows: Record<LineTab, [name: string, content: ComponentType]> = {
  picture: ['Picture', PictureTab], coverage: ['Coverage', CoverageTab], drift: ['Drift', DriftTab], contradictions: ['Contradictions', ContradictionsTab], loop: ['Loop', LoopTab],
};

const queryOf = (tab: LineTab): Record<string, string> => (tab === 'picture' ? {} : { tab });

export default function LinePage() {
  const url = useUrl();
  const setUrl = useSetUrl();
  const tab = tabs.find((one) => one === url.tab) ?? 'picture';
  const [, Content] = shows[tab];
  const show = (next: LineTab) => setUrl({ ...Object.fromEntries(Object.keys(url).map((name) => [name, undefined])), ...queryOf(next) });
  useKeys([{ keys: 't', does: 'Next tab', group: 'The line', run: () => show(tabs[(tabs.indexOf(tab) + 1) % tabs.length]!) }]);
  return (
    <Page
      title="The line" layout={tab === 'picture' ? 'list' : 'wide'}
      filters={<Ways label="What to show" value={tab} ways={tabs.map((id) => ({ id, label: shows[id][0], query: queryOf(id) }))} />}
    >
      <Content />
    </Page>
  );
}
