import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';
import './tabs.css';

export interface TabEntry { id: string; label: ReactNode; content: ReactNode }

export function Tabs({ label, tabs, selected, onSelect }: { label: string; tabs: TabEntry[]; selected?: string; onSelect?: (id: string) => void }) {
  return (
    <AriaTabs selectedKey={selected} onSelectionChange={onSelect && ((key) => onSelect(String(key)))}>
      <TabList className="tab-list" aria-label={label}>{tabs.map((tab) => <Tab key={tab.id} id={tab.id} className="tab">{tab.label}</Tab>)}</TabList>
      {tabs.map((tab) => <TabPanel key={tab.id} id={tab.id} className="tab-panel">{tab.content}</TabPanel>)}
    </AriaTabs>
  );
}
