import { type RefObject, useState } from 'react';
import type { ExemptClass, Row, WorkflowState } from '../../api/types';
import { type Choice, Choose, ChooseObject, exemptNames, formatNumber, KindGlyph, may, proposing, StatusGlyph, useGet, useProduct, useRelations, useWorkflow, type Verdict } from '../../kit';
import type { BacklogActions } from './actions';
import { linkToReason, reasons, relationTo } from './why';

interface Common { anchor: RefObject<Element | null>; allowed?: Verdict; onClose: () => void }
interface About extends Common { rows: Row[]; actions: BacklogActions }

const about = (rows: Pick<Row, 'reference'>[]) => (rows.length === 1 ? rows[0]!.reference : `${rows.length} items`);

export function ChooseState({ title, selected, onChoose, ...common }: Common & { title: string; selected?: string; onChoose: (state: WorkflowState) => void }) {
  const states = useWorkflow(useProduct().key);
  return (
    <Choose
      {...common} title={title} selected={selected} onChoose={(name) => onChoose(states.find((state) => state.name === name)!)}
      choices={states.map(({ name, category }) => ({ id: name, label: name, icon: <StatusGlyph category={category} bare /> }))}
    />
  );
}

const usual = [0, 1, 2, 3, 5, 8, 13, 21];

export function ChoosePoints({ title, selected, onChoose, ...common }: Common & { title: string; selected?: number | null; onChoose: (points: number | null) => void }) {
  const [text, setText] = useState('');
  const typed = text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
  const numbers = Number.isNaN(typed) || typed < 0 ? usual : [typed, ...usual.filter((points) => points !== typed && String(points).startsWith(text.trim()))];
  return (
    <Choose
      {...common} title={title} selected={selected === undefined ? undefined : String(selected)} onText={setText}
      onChoose={(id) => onChoose(id === 'null' ? null : Number(id))}
      choices={[...numbers.map((points) => ({ id: String(points), label: formatNumber(points) })), { id: 'null', label: 'No estimate' }]}
    />
  );
}

/** Everywhere a drag can go, and further: a rank number, above a key, the ends, a sprint. */
export function ChoosePlace({ rows, actions, allowed, ...common }: About) {
  const product = useProduct();
  const sprints = useGet('/products/{product}/sprints', { path: { product: product.key } });
  const [text, setText] = useState('');
  const needle = text.trim().toLowerCase();
  const open = (sprints.data?.rows ?? []).filter((sprint) => sprint.state === 'planned' || sprint.state === 'active');
  // Where it stands in the order is another decision than what goes into a sprint.
  const [ranked, planned] = [proposing(allowed), proposing(may(actions.store.getState().can, 'sprint_scope'))];
  const fixed: Choice[] = [
    { id: 'top', label: 'Top of the backlog', detail: ranked },
    { id: 'bottom', label: 'Bottom of the backlog', detail: ranked },
    ...open.map((sprint) => ({ id: `sprint:${sprint.id}`, label: `Into ${sprint.name}`, detail: planned, icon: <KindGlyph kind="sprint" bare /> })),
    ...(rows.some((row) => row.sprint_id !== null) ? [{ id: 'sprint:', label: 'Out of the sprint', detail: planned }] : []),
  ];
  const { rows: all, order, loading } = actions.store.getState();
  // As long as the list is coming in, ranks below what is there are not known.
  const isRank = /^\d+$/.test(needle) && (loading === 'none' || Number(needle) <= order.length);
  const others = needle === '' || /^\d+$/.test(needle) ? [] : order
    .flatMap((id) => all.get(id) ?? []).filter((row) => !rows.includes(row) && (row.reference.toLowerCase().startsWith(needle) || row.title.toLowerCase().includes(needle))).slice(0, 8);
  const choices: Choice[] = [
    ...(isRank ? [{ id: `rank:${needle}`, label: `Rank ${formatNumber(Number(needle))}`, detail: ranked }] : []),
    ...fixed.filter((choice) => choice.label.toLowerCase().includes(needle)),
    ...others.map((row) => ({ id: `above:${row.id}`, label: `Above ${row.reference}`, detail: [row.title, ranked].filter(Boolean).join(' · ') })),
  ];
  const choose = (choice: string) => {
    const [what, value = ''] = choice.split(':');
    if (what === 'top') actions.moveToRank(rows, 1);
    if (what === 'bottom') actions.moveToBottom(rows);
    if (what === 'rank') actions.moveToRank(rows, Number(value));
    if (what === 'above') {
      const moved = new Set(rows.map((row) => row.id));
      actions.moveAfter(rows, order.slice(0, order.indexOf(value)).findLast((id) => !moved.has(id)) ?? null);
    }
    if (what === 'sprint') void actions.toSprint(rows, open.find((sprint) => sprint.id === value) ?? null);
  };
  return <Choose {...common} title={`Move ${about(rows)} to… (a rank, a key)`} choices={choices} onText={setText} onChoose={choose} />;
}

/** Whether the rows are of a class that needs no why; a bug is a defect where nothing else is said. */
export function ChooseExempt({ rows, onChoose, ...common }: Common & { rows: Pick<Row, 'reference' | 'kind' | 'exempt'>[]; onChoose: (exempt: ExemptClass | null) => void }) {
  const selected = rows.length === 1 ? (rows[0]!.exempt ?? 'none') : undefined;
  const none = rows.some(({ kind }) => kind !== 'bug') ? [{ id: 'none', label: 'None: it needs a why' }] : [];
  return (
    <Choose
      {...common} title={`Which class of work is ${about(rows)}?`} selected={selected} onChoose={(id) => onChoose(id === 'none' ? null : id as ExemptClass)}
      choices={[...Object.entries(exemptNames).map(([id, label]) => ({ id, label })), ...none]}
    />
  );
}

/** Why the rows are worth doing: an initiative, an opportunity or an objective. */
export function ChooseWhy({ rows, ...common }: Common & { rows: Pick<Row, 'id' | 'reference' | 'kind'>[] }) {
  const product = useProduct();
  const relations = useRelations();
  const where = { product: product.key, relations, allowed: may(product.can, 'link') };
  const kinds = reasons.filter((reason) => rows.every((row) => relationTo(relations, row.kind, reason) !== undefined));
  return <ChooseObject {...common} title={`Why ${about(rows)}?`} kinds={kinds} onChoose={(reason) => void linkToReason(rows, reason, where)} />;
}
