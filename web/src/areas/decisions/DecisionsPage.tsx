import { useRef, useState } from 'react';
import { Button, may, Page, Segments, toast, useKeys, useProduct, useSetUrl, useUrl, useUrlText } from '../../kit';
import { AskForm, RecordForm } from './forms';
import { LogTab } from './LogTab';
import { states } from './proposals';
import { QuestionsTab, RoleFilter } from './QuestionsTab';
import { stateOf, WaitingTab } from './WaitingTab';
import './decisions.css';

const tabs = ['waiting', 'log', 'questions'] as const;
type Tab = (typeof tabs)[number];

export default function DecisionsPage() {
  const product = useProduct();
  const url = useUrl();
  const setUrl = useSetUrl();
  const tab: Tab = tabs.find((one) => one === url.tab) ?? 'waiting';
  const [text, search] = useUrlText('q');
  const [making, setMaking] = useState<'question' | 'record' | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const inLog = tab === 'log';
  const allowed = may(product.can, inLog ? 'log' : 'question');
  const make = () => { if (allowed.ok) setMaking(inLog ? 'record' : 'question'); else toast(allowed.why ?? '') };
  const showTab = (next: Tab) => setUrl({ tab: next === 'waiting' ? undefined : next, state: undefined, role: undefined, q: undefined, proposal: undefined, peek: undefined });
  const showState = (state: string) => setUrl({ state: state === 'open' ? undefined : state, proposal: undefined });
  useKeys([
    { keys: 'c', does: inLog ? 'Write a decision down' : 'Ask a question', group: 'Decisions: do', run: make },
    { keys: 't', does: 'Next tab', group: 'Decisions: do', run: () => showTab(tabs[(tabs.indexOf(tab) + 1) % tabs.length]!) },
    ...(inLog ? [{ keys: '/', does: 'Search the log', group: 'Decisions: do', run: () => field.current?.focus() }] : []),
  ]);
  return (
    <Page
      title="Decisions" layout="list"
      filters={
        <>
          <div className="decide-tabs"><Segments<Tab> label="Waiting, log or questions" hideLabel value={tab} onChange={showTab} options={[{ id: 'waiting', label: 'Waiting' }, { id: 'log', label: 'Log' }, { id: 'questions', label: 'Questions' }]} /></div>
          {tab === 'waiting' && <div className="decide-tabs"><Segments label="State" hideLabel value={stateOf(url.state)} onChange={showState} options={(Object.keys(states) as (keyof typeof states)[]).map((id) => ({ id, label: states[id] }))} /></div>}
          {tab === 'questions' && (
            <>
              <div className="decide-tabs"><Segments label="State" hideLabel value={url.state === 'answered' ? 'answered' : 'open'} onChange={showState} options={[{ id: 'open', label: 'Open' }, { id: 'answered', label: 'Answered' }]} /></div>
              <RoleFilter />
            </>
          )}
          {inLog && (
            <input
              ref={field} type="search" className="input decide-search" aria-label="Search the log" placeholder="Search the log  /" value={text} onChange={(event) => search(event.target.value)}
              onKeyDown={(event) => { if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur() }}
            />
          )}
        </>
      }
      actions={<Button look={tab === 'waiting' ? 'plain' : 'primary'} keys="c" allowed={allowed} onPress={make}>{inLog ? 'Write down' : 'Ask a question'}</Button>}
    >
      {tab === 'waiting' && <WaitingTab />}
      {inLog && <LogTab text={text} onClear={() => search('')} onWrite={make} />}
      {tab === 'questions' && <QuestionsTab onAsk={make} />}
      {making === 'question' && <AskForm onClose={() => setMaking(null)} />}
      {making === 'record' && <RecordForm onClose={() => setMaking(null)} />}
    </Page>
  );
}
