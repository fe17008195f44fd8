import { useQuery } from '@tanstack/react-query';
import { type RefObject, useDeferredValue, useState } from 'react';
import { api } from '../../api/client';
import type { Member, Relation, Row, WorkflowState } from '../../api/types';
import { act, type Choice, Choose, formatNumber, keyOf, KindGlyph, PersonBadge, StatusGlyph, useGet, useMe, useMembers, useProduct, useRelations, useWorkflow } from '../../kit';
import type { BacklogActions } from './actions';

interface Common { anchor: RefObject<Element | null>; onClose: () => void }
interface About extends Common { rows: Row[]; actions: BacklogActions }

const about = (rows: Row[]) => (rows.length === 1 ? rows[0]!.reference : `${rows.length} items`);

export function ChooseState({ title, selected, onChoose, ...common }: Common & { title: string; selected?: string; onChoose: (state: WorkflowState) => void }) {
  const states = useWorkflow(useProduct().key);
  return (
    <Choose
      {...common} title={title} selected={selected} onChoose={(name) => onChoose(states.find((state) => state.name === name)!)}
      choices={states.map(({ name, category }) => ({ id: name, label: name, icon: <StatusGlyph category={category} bare /> }))}
    />
  );
}

/** Only people of the product, the reader first. */
export function ChoosePerson({ title, selected, onChoose, ...common }: Common & { title: string; selected?: string | null; onChoose: (person: Member['person'] | null) => void }) {
  const me = useMe();
  const members = useMembers(useProduct().key).filter((member) => member.state !== 'revoked').map((member) => member.person);
  const ordered = members.toSorted((a, b) => Number(b.id === me.person.id) - Number(a.id === me.person.id) || a.name.localeCompare(b.name));
  return (
    <Choose
      {...common} title={title} selected={selected ?? 'nobody'} onChoose={(id) => onChoose(members.find((person) => person.id === id) ?? null)}
      choices={[...ordered.map((person) => ({ id: person.id, label: person.id === me.person.id ? `${person.name} (me)` : person.name, icon: <PersonBadge person={person} /> })), { id: 'nobody', label: 'Nobody', icon: <PersonBadge person={null} /> }]}
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
export function ChoosePlace({ rows, actions, ...common }: About) {
  const product = useProduct();
  const sprints = useGet('/products/{product}/sprints', { path: { product: product.key } });
  const [text, setText] = useState('');
  const needle = text.trim().toLowerCase();
  const open = (sprints.data?.rows ?? []).filter((sprint) => sprint.state === 'planned' || sprint.state === 'active');
  const fixed: Choice[] = [
    { id: 'top', label: 'Top of the backlog' },
    { id: 'bottom', label: 'Bottom of the backlog' },
    ...open.map((sprint) => ({ id: `sprint:${sprint.id}`, label: `Into ${sprint.name}`, icon: <KindGlyph kind="sprint" bare /> })),
    ...(rows.some((row) => row.sprint_id !== null) ? [{ id: 'sprint:', label: 'Out of the sprint' }] : []),
  ];
  const { rows: all, order, loading } = actions.store.getState();
  // As long as the list is coming in, ranks below what is there are not known.
  const isRank = /^\d+$/.test(needle) && (loading === 'none' || Number(needle) <= order.length);
  const others = needle === '' || /^\d+$/.test(needle) ? [] : order
    .flatMap((id) => all.get(id) ?? []).filter((row) => !rows.includes(row) && (row.reference.toLowerCase().startsWith(needle) || row.title.toLowerCase().includes(needle))).slice(0, 8);
  const choices: Choice[] = [
    ...(isRank ? [{ id: `rank:${needle}`, label: `Rank ${formatNumber(Number(needle))}` }] : []),
    ...fixed.filter((choice) => choice.label.toLowerCase().includes(needle)),
    ...others.map((row) => ({ id: `above:${row.id}`, label: `Above ${row.reference}`, detail: row.title })),
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

/** The relations by which work hangs on the line, and in which direction they are told. */
function whyRelations(relations: Relation[], kind: Row['kind']) {
  const strategic = ['initiative', 'opportunity', 'objective'] as const;
  return strategic.flatMap((target) => {
    const forward = relations.find((relation) => relation.line && relation.from.includes(kind) && relation.to.includes(target));
    if (forward) return [{ target, relation: forward.relation, forward: true }];
    const inverse = relations.find((relation) => relation.line && relation.to.includes(kind) && relation.from.includes(target));
    return inverse ? [{ target, relation: inverse.relation, forward: false }] : [];
  });
}

export function ChooseWhy({ rows, ...common }: Common & { rows: Pick<Row, 'id' | 'reference' | 'kind'>[] }) {
  const product = useProduct();
  const relations = useRelations();
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const ways = whyRelations(relations, rows[0]!.kind);
  const request = { path: { product: product.key }, query: { q: asked, kinds: ways.map((way) => way.target).join(','), limit: 20 } };
  const found = useQuery({
    queryKey: keyOf('/products/{product}/search', request),
    queryFn: ({ signal }) => api.get('/products/{product}/search', { ...request, signal }),
    enabled: ways.length > 0,
  });
  const hits = found.data?.rows ?? [];
  const choose = async (id: string) => {
    const hit = hits.find((candidate) => candidate.id === id)!;
    const way = ways.find((candidate) => candidate.target === hit.kind)!;
    const link = (row: { id: string }) => {
      const [from, to] = way.forward ? [row.id, hit.id] : [hit.id, row.id];
      return api.post('/objects/{object}/links', { path: { object: from }, body: { relation: way.relation, to } });
    };
    await act({
      run: async () => {
        const made: { id: string }[] = [];
        for (const row of rows) made.push(await link(row));
        return made;
      },
      done: `${rows.length === 1 ? rows[0]!.reference : `${rows.length} items`} linked to ${hit.reference}`,
      undo: (made) => Promise.all(made.map(({ id }) => api.del('/links/{link}', { path: { link: id } }))),
      refresh: ['/objects/{object}/why', '/objects/{object}/outcome', '/objects/{object}/links', '/items/{item}'],
    });
  };
  return (
    <Choose
      {...common} title={`Why ${rows.length === 1 ? rows[0]!.reference : `${rows.length} items`}?`} onText={setText} onChoose={(id) => void choose(id)}
      choices={hits.map((hit) => ({ id: hit.id, label: hit.title, detail: hit.reference, icon: <KindGlyph kind={hit.kind} /> }))}
    />
  );
}
