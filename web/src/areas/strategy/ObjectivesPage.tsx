import { Plus } from 'lucide-react';
import { type RefObject, useMemo, useRef, useState } from 'react';
import type { Objective } from '../../api/types';
import {
  Button, Chip, Choose, ChooseObject, EmptyState, formatCount, formatPeriod, Load, may, ObjectLink, Page, PersonBadge, Progress, Section, toast, ToggleChip, useCursor, useGet, useKeys, useProduct, useSetUrl, useUrl,
} from '../../kit';
import { objectivesPath, setStatus, statuses, statusNames } from './actions';
import { KeyResultForm, ObjectiveForm } from './forms';
import { type Asked, KeyResultDialog, KeyResults } from './KeyResults';
import { byPeriod, shareOfObjective } from './measure';
import { StatusMenu } from './StatusMenu';
import { advance } from './themes';
import { ThemesView } from './ThemesView';
import { Views } from './Views';
import './objectives.css';

function ObjectiveHead({ objective }: { objective: Objective }) {
  const share = shareOfObjective(objective);
  const percent = share === null ? '' : `${Math.round(share * 100)} %`;
  return (
    <>
      <span className="objective-title cursor-link"><ObjectLink object={{ ...objective, kind: 'objective' }} bare /></span>
      <span className="objective-facts">
        {objective.initiatives === 0 && objective.status === 'active'
          ? <Chip tone="risk">▲ Nothing works on it</Chip>
          : <span className="muted number">{formatCount(objective.initiatives, 'initiative')}</span>}
        {share !== null && <span className="objective-share number"><Progress share={share} label={`${percent} of the way`} />{percent}</span>}
        {objective.themes.map((theme) => <Chip key={theme.id}>{theme.title}</Chip>)}
        <PersonBadge person={objective.owner} />
        <span className="cursor-over"><StatusMenu objective={objective} /></span>
      </span>
    </>
  );
}

type Asking = { what: 'new' } | { what: 'edit' | 'result' | 'status' | 'which' | 'theme'; objective: Objective } | { what: 'check'; asked: Asked; objective: Objective; result: string };

function Objectives({ objectives }: { objectives: Objective[] }) {
  const product = useProduct();
  const setUrl = useSetUrl();
  const all = useUrl().show === 'all';
  const [allowed, linking] = [may(product.can, 'objectives'), may(product.can, 'link')];
  const [asking, setAsking] = useState<Asking | null>(null);
  const anchor = useRef<Element | null>(null);
  const closed = objectives.filter((objective) => objective.status !== 'active').length;
  const periods = useMemo(() => byPeriod(all ? objectives : objectives.filter((objective) => objective.status === 'active')), [objectives, all]);
  const shown = periods.flatMap((period) => period.objectives);
  const rows = useMemo(
    () => shown.flatMap((objective) => [
      { id: objective.id, reference: objective.reference, objective, result: undefined },
      ...objective.key_results.map((result) => ({ id: result.id, reference: objective.reference, objective, result })),
    ]),
    [shown],
  );
  const { here, rowProps, elementOf } = useCursor(rows, 'Objectives');

  const verb = (keys: string, does: string, ask: (row: (typeof rows)[number]) => Asking | null) => ({
    keys, does, group: 'Objectives: do',
    run: () => {
      if (!allowed.ok) toast(allowed.why ?? '');
      else if (here) {
        anchor.current = elementOf(here.id);
        setAsking(ask(here));
      }
    },
  });
  useKeys([
    { keys: 'c', does: 'New objective', group: 'Objectives: do', run: () => { if (allowed.ok) setAsking({ what: 'new' }); else toast(allowed.why ?? '') } },
    verb('n', 'New key result', ({ objective }) => ({ what: 'result', objective })),
    verb('i', 'Check in', ({ objective, result }) => {
      if (objective.key_results.length === 0) {
        toast(`${objective.reference} has no key result yet: N writes one`);
        return null;
      }
      const only = result ?? (objective.key_results.length === 1 ? objective.key_results[0] : undefined);
      return only ? { what: 'check', asked: 'check-in', objective, result: only.id } : { what: 'which', objective };
    }),
    verb('e', 'Edit', ({ objective, result }) => (result ? { what: 'check', asked: 'edit', objective, result: result.id } : { what: 'edit', objective })),
    verb('s', 'Status…', ({ objective }) => ({ what: 'status', objective })),
    {
      keys: 'a', does: 'Advance a theme…', group: 'Objectives: do', run: () => {
        if (!linking.ok) toast(linking.why ?? '');
        else if (here) {
          anchor.current = elementOf(here.id);
          setAsking({ what: 'theme', objective: here.objective });
        }
      },
    },
  ]);

  const close = () => setAsking(null);
  return (
    <Page
      title="Objectives" note={`${objectives.length - closed} active`}
      filters={<><Views value="objectives" />{closed > 0 && <ToggleChip on={all} onChange={(on) => setUrl({ show: on ? 'all' : undefined })}>Closed too ({closed})</ToggleChip>}</>}
      actions={<Button look="primary" keys="c" allowed={allowed} onPress={() => setAsking({ what: 'new' })}>New objective</Button>}
    >
      {objectives.length === 0 && (
        <EmptyState action={<Button keys="c" allowed={allowed} onPress={() => setAsking({ what: 'new' })}>Write the first objective</Button>}>
          An objective says what will be different at the end of a period, and its key results say how you will know. Work that leads to none has no why.
        </EmptyState>
      )}
      {objectives.length > 0 && shown.length === 0 && <EmptyState action={<Button onPress={() => setUrl({ show: 'all' })}>Show the closed ones</Button>}>No objective is active at the moment.</EmptyState>}
      {periods.map((period) => (
        <Section key={period.period} title={period.period === '' ? 'Without a period' : formatPeriod(period.period)}>
          {period.objectives.map((objective) => (
            <article key={objective.id} className={objective.status === 'active' ? 'objective-card card' : 'objective-card card closed'} aria-label={objective.title}>
              <div className="objective-head cursor-row" {...rowProps(objective.id)}><ObjectiveHead objective={objective} /></div>
              <KeyResults objective={objective} rowProps={rowProps} />
              {objective.key_results.length === 0 && <p className="objective-none">No key result yet: nobody can tell when this is reached.</p>}
              <div className="no-print"><Button look="quiet" icon={Plus} allowed={allowed} onPress={() => setAsking({ what: 'result', objective })}>Key result</Button></div>
            </article>
          ))}
        </Section>
      ))}
      {asking && <Dialogs asking={asking} objectives={objectives} anchor={anchor} onAsk={setAsking} onClose={close} />}
    </Page>
  );
}

interface DialogsProps { asking: Asking; objectives: Objective[]; anchor: RefObject<Element | null>; onAsk: (asking: Asking) => void; onClose: () => void }

function Dialogs({ asking, objectives, anchor, onAsk, onClose }: DialogsProps) {
  const product = useProduct();
  if (asking.what === 'new') return <ObjectiveForm onClose={onClose} />;
  // What others changed meanwhile is shown, not what stood there when it was asked.
  const objective = objectives.find((one) => one.id === asking.objective.id) ?? asking.objective;
  if (asking.what === 'check') {
    const result = objective.key_results.find((one) => one.id === asking.result);
    return result ? <KeyResultDialog asked={asking.asked} objective={objective} result={result} onClose={onClose} /> : null;
  }
  if (asking.what === 'edit') return <ObjectiveForm objective={objective} onClose={onClose} />;
  if (asking.what === 'result') return <KeyResultForm objective={objective} onClose={onClose} />;
  if (asking.what === 'theme') {
    return (
      <ChooseObject
        title={`Which theme does ${objective.reference} advance?`} anchor={anchor} allowed={may(product.can, 'link')} kinds={['theme']} onClose={onClose}
        onChoose={(theme) => void advance(objective, theme)}
      />
    );
  }
  if (asking.what === 'status') {
    return (
      <Choose
        title={`Status of ${objective.reference}`} anchor={anchor} allowed={may(product.can, 'objectives')} selected={objective.status} onClose={onClose}
        choices={statuses.map((status) => ({ id: status, label: statusNames[status] }))} onChoose={(status) => void setStatus(objective, status as Objective['status'])}
      />
    );
  }
  return (
    <Choose
      title="Check in on which key result?" anchor={anchor} onClose={onClose} choices={objective.key_results.map(({ id, title }) => ({ id, label: title }))}
      // The list closes itself after choosing; the dialog opens after that.
      onChoose={(result) => queueMicrotask(() => onAsk({ what: 'check', asked: 'check-in', objective, result }))}
    />
  );
}

function ObjectivesView() {
  const product = useProduct();
  const query = useGet(objectivesPath, { path: { product: product.key } }, { live: ['objective', 'initiative', 'theme'] });
  if (query.data === undefined) return <Page title="Objectives" filters={<Views value="objectives" />}><Load query={query} rows={6}>{() => null}</Load></Page>;
  return <Objectives objectives={query.data.rows} />;
}

export default function ObjectivesPage() {
  return useUrl().tab === 'themes' ? <ThemesView /> : <ObjectivesView />;
}
