import { ChevronDown, ChevronRight, Plus } from 'lucide-react';
import { type RefObject, useMemo, useRef, useState } from 'react';
import type { Objective, Opportunity } from '../../api/types';
import {
  Button, Chip, Choose, EmptyState, formatCount, IconButton, KindGlyph, Load, may, Menu, ObjectLink, Page, toast, ToggleChip, useCursor, useGet, useKeys, useProduct, useSetUrl, useUrl,
} from '../../kit';
import { change, moveToObjective, needName, needs, opportunitiesPath, stateNames, states, tones } from './actions';
import { OpportunityForm } from './OpportunityForm';
import { type Branch, groups, withAllBelow } from './tree';
import './discovery.css';

function BranchRow({ branch, closed, onToggle }: { branch: Branch; closed: boolean; onToggle: () => void }) {
  const product = useProduct();
  const { opportunity, depth, below, passing } = branch;
  const allowed = may(product.can, 'opportunities');
  return (
    <>
      <span className="discovery-fold cursor-over" style={{ marginInlineStart: depth * 20 }}>
        {below > 0 && <IconButton icon={closed ? ChevronRight : ChevronDown} label={closed ? `Show ${formatCount(below, 'opportunity', 'opportunities')} below` : 'Hide what is below'} onPress={onToggle} />}
      </span>
      <span className={passing ? 'discovery-title cursor-link passing' : 'discovery-title cursor-link'}>
        <ObjectLink object={{ ...opportunity, kind: 'opportunity', state: undefined }} bare />
        {depth > 0 && <span className="only-heard">, level {depth + 1}</span>}
      </span>
      <span className="discovery-need muted">{needName(opportunity.need)}</span>
      <span className="discovery-number number">{formatCount(opportunity.voices, 'voice')}</span>
      <span className="discovery-number number">{opportunity.initiatives === 0 && opportunity.state === 'pursued' ? <Chip tone="risk">▲ No initiative</Chip> : formatCount(opportunity.initiatives, 'initiative')}</span>
      <span className="discovery-state cursor-over">
        <Menu
          label={`State of ${opportunity.reference}`}
          entries={states.map((state) => ({ id: state, label: stateNames[state], allowed, onChoose: () => void change(opportunity, { state }, `${opportunity.reference} is ${stateNames[state].toLowerCase()}`) }))}
        >
          <Button look="quiet"><span className="only-heard">State: </span><Chip tone={tones[opportunity.state]}>{stateNames[opportunity.state]}</Chip></Button>
        </Menu>
      </span>
    </>
  );
}

type Asking = { what: 'new'; parent?: Opportunity; objective?: string } | { what: 'edit' | 'state' | 'need' | 'move'; opportunity: Opportunity };

function Discovery({ opportunities, objectives }: { opportunities: Opportunity[]; objectives: Objective[] }) {
  const product = useProduct();
  const setUrl = useSetUrl();
  const { state: wanted } = useUrl();
  const allowed = may(product.can, 'opportunities');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<Asking | null>(null);
  const anchor = useRef<Element | null>(null);
  const shown = useMemo(
    () => groups(opportunities, objectives.filter((one) => one.status === 'active'), (one) => wanted === undefined || one.state === wanted, closed),
    [opportunities, objectives, wanted, closed],
  );
  const rows = useMemo(() => shown.flatMap((group) => group.branches), [shown]);
  const { here, at, go, rowProps, elementOf } = useCursor(rows, 'Discovery');

  const fold = (id: string, shut: boolean) => setClosed((before) => {
    const after = new Set(before);
    if (shut) after.add(id);
    else after.delete(id);
    return after;
  });
  const ask = (next: (opportunity: Opportunity) => Asking) => () => {
    if (!allowed.ok) toast(allowed.why ?? '');
    else if (here) {
      anchor.current = elementOf(here.id);
      setAsking(next(here.opportunity));
    }
  };
  const add = (place: { parent?: Opportunity; objective?: string }) => { if (allowed.ok) setAsking({ what: 'new', ...place }); else toast(allowed.why ?? '') };
  const verb = (keys: string, does: string, run: () => void) => ({ keys, does, group: 'Discovery: do', run });
  useKeys([
    {
      keys: 'ArrowLeft', does: 'Hide what is below, or go up a level', group: 'Discovery: move', quiet: true,
      run: () => {
        if (here && here.below > 0 && !closed.has(here.id)) fold(here.id, true);
        else if (here && here.opportunity.parent_id !== null) go(rows.findIndex((row) => row.id === here.opportunity.parent_id));
      },
    },
    {
      keys: 'ArrowRight', does: 'Show what is below, or go down a level', group: 'Discovery: move', quiet: true,
      run: () => {
        if (here && closed.has(here.id)) fold(here.id, false);
        else if (here && here.below > 0) go(at + 1);
      },
    },
    verb('c', 'New opportunity', () => add({ objective: here?.opportunity.objective?.id })),
    verb('i', 'New opportunity below', () => { if (here) add({ parent: here.opportunity }) }),
    verb('e', 'Edit', ask((opportunity) => ({ what: 'edit', opportunity }))),
    verb('s', 'State…', ask((opportunity) => ({ what: 'state', opportunity }))),
    verb('n', 'Need, pain or desire…', ask((opportunity) => ({ what: 'need', opportunity }))),
    verb('m', 'Move to…', ask((opportunity) => ({ what: 'move', opportunity }))),
  ]);

  const close = () => setAsking(null);
  return (
    <Page
      title="Discovery" note={formatCount(opportunities.length, 'opportunity', 'opportunities')}
      filters={opportunities.length > 0 && states.map((state) => (
        <ToggleChip key={state} on={wanted === state} onChange={(on) => setUrl({ state: on ? state : undefined })}>
          {stateNames[state]} ({opportunities.filter((one) => one.state === state).length})
        </ToggleChip>
      ))}
      actions={<Button look="primary" keys="c" allowed={allowed} onPress={() => add({ objective: here?.opportunity.objective?.id })}>New opportunity</Button>}
    >
      {opportunities.length === 0 && (
        <EmptyState action={<Button keys="c" allowed={allowed} onPress={() => add({})}>Write down the first opportunity</Button>}>
          An opportunity is a need, a pain or a desire of the people you build for. Here they hang below the objective they would move, with the voices that speak for each.
        </EmptyState>
      )}
      {opportunities.length > 0 && rows.length === 0 && <EmptyState action={<Button onPress={() => setUrl({ state: undefined })}>Clear the filter</Button>}>No opportunity is in this state.</EmptyState>}
      {opportunities.length > 0 && rows.length > 0 && shown.map(({ objective, branches }) => (
        <section key={objective?.id ?? ''} className="discovery-group" aria-label={objective?.title ?? 'Without an objective'}>
          <div className="discovery-head">
            {objective ? <h2><ObjectLink object={{ ...objective, kind: 'objective' }} bare /></h2> : <h2><Chip tone="risk">▲ No objective</Chip></h2>}
            <IconButton icon={Plus} label={objective ? `New opportunity under “${objective.title}”` : 'New opportunity'} allowed={allowed} onPress={() => add({ objective: objective?.id })} />
          </div>
          {branches.length === 0 && <p className="discovery-none">{wanted === undefined ? 'No opportunity leads to it yet.' : 'None in this state.'}</p>}
          <ul>
            {branches.map((branch) => (
              <li key={branch.id} {...rowProps(branch.id)} className="discovery-row cursor-row">
                <BranchRow branch={branch} closed={closed.has(branch.id)} onToggle={() => fold(branch.id, !closed.has(branch.id))} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {asking && <Dialogs asking={asking} opportunities={opportunities} objectives={objectives} anchor={anchor} onClose={close} />}
    </Page>
  );
}

interface DialogsProps { asking: Asking; opportunities: Opportunity[]; objectives: Objective[]; anchor: RefObject<Element | null>; onClose: () => void }

function Dialogs({ asking, opportunities, objectives, anchor, onClose }: DialogsProps) {
  const product = useProduct();
  const allowed = may(product.can, 'opportunities');
  if (asking.what === 'new') return <OpportunityForm parent={asking.parent} objective={asking.objective} onClose={onClose} />;
  const opportunity = opportunities.find(({ id }) => id === asking.opportunity.id) ?? asking.opportunity;
  const { reference } = opportunity;
  if (asking.what === 'edit') return <OpportunityForm opportunity={opportunity} onClose={onClose} />;
  if (asking.what === 'state') {
    return (
      <Choose
        title={`State of ${reference}`} anchor={anchor} allowed={allowed} selected={opportunity.state} onClose={onClose} choices={states.map((id) => ({ id, label: stateNames[id] }))}
        onChoose={(id) => void change(opportunity, { state: id as Opportunity['state'] }, `${reference} is ${stateNames[id as Opportunity['state']].toLowerCase()}`)}
      />
    );
  }
  if (asking.what === 'need') {
    return (
      <Choose
        title={`${reference} is a…`} anchor={anchor} allowed={allowed} selected={opportunity.need} onClose={onClose} choices={needs.map(({ id, label, means }) => ({ id, label, detail: means }))}
        onChoose={(id) => void change(opportunity, { need: id as Opportunity['need'] }, `${reference} is a ${id}`)}
      />
    );
  }
  const out = withAllBelow(opportunities, opportunity.id);
  return (
    <Choose
      title={`Move ${reference} to…`} anchor={anchor} allowed={allowed} onClose={onClose}
      choices={[
        ...objectives.filter((one) => one.status === 'active').map(({ id, title }) => ({ id: `objective:${id}`, label: title, detail: 'objective', icon: <KindGlyph kind="objective" bare /> })),
        { id: 'objective:', label: 'No objective' },
        ...opportunities.filter(({ id }) => !out.has(id)).map(({ id, title }) => ({ id: `below:${id}`, label: title, detail: 'below it', icon: <KindGlyph kind="opportunity" bare /> })),
      ]}
      onChoose={(choice) => {
        const [where, id = ''] = choice.split(':');
        const parent = opportunities.find((one) => one.id === id);
        if (where === 'below' && parent) void change(opportunity, { parent: id }, `${reference} stands below “${parent.title}”`);
        else void moveToObjective(product, opportunity, objectives.find((one) => one.id === id) ?? null);
      }}
    />
  );
}

export default function DiscoveryPage() {
  const path = { product: useProduct().key };
  const opportunities = useGet(opportunitiesPath, { path }, { live: ['opportunity', 'objective', 'initiative', 'feedback'] });
  const objectives = useGet('/products/{product}/objectives', { path }, { live: ['objective'] });
  if (opportunities.data === undefined) return <Page title="Discovery"><Load query={opportunities} rows={8}>{() => null}</Load></Page>;
  if (objectives.data === undefined) return <Page title="Discovery"><Load query={objectives} rows={8}>{() => null}</Load></Page>;
  return <Discovery opportunities={opportunities.data.rows} objectives={objectives.data.rows} />;
}
