import { type ReactNode, useRef, useState } from 'react';
import { api } from '../../api/client';
import type { Item, ItemKind } from '../../api/types';
import {
  act, Button, Choose, ChooseObject, ChoosePerson, EditableText, exemptNames, formatNumber, holdersOf, isItem, itemKinds, keyOf, KindGlyph, kinds, Load, may, mayWrite, ObjectLink, offer, PartTitle, PersonBadge, queries, type SlotProps, StatusGlyph, toastProblem, useAll, useGet, useItem, useProduct, type Verdict,
} from '../../kit';
import { ChooseExempt, ChoosePoints, ChooseState, ChooseWhy } from './choosers';
import { Criteria } from './Criteria';
import './item.css';

type Fact = 'state' | 'team' | 'assignee' | 'points' | 'sprint' | 'release' | 'why' | 'exempt' | 'kind' | 'parent';
const again = ['/items/{item}', '/objects/{object}', '/objects/{object}/history'];

function FactButton({ label, allowed, onPress, children }: { label: string; allowed: Verdict; onPress: () => void; children: ReactNode }) {
  return (
    <div className="item-fact">
      <span className="item-fact-label" aria-hidden>{label}</span>
      <Button look="quiet" allowed={allowed} onPress={onPress}><span className="only-heard">{label}: </span>{children}</Button>
    </div>
  );
}

/** One of the sprints or releases that still take something in, one of the teams, or none. */
function ChooseOne({ title, rows, kind, current, anchor, allowed, onChoose, onClose }: {
  title: string; rows: { id: string; name: string }[]; kind?: 'sprint' | 'release'; current: string | null;
  anchor: React.RefObject<Element | null>; allowed: Verdict; onChoose: (one: { id: string; name: string } | null) => void; onClose: () => void;
}) {
  return (
    <Choose
      title={title} anchor={anchor} allowed={allowed} selected={current ?? 'none'} onClose={onClose} onChoose={(id) => onChoose(rows.find((row) => row.id === id) ?? null)}
      choices={[...rows.map((row) => ({ id: row.id, label: row.name, ...(kind && { icon: <KindGlyph kind={kind} bare /> }) })), { id: 'none', label: 'None' }]}
    />
  );
}

function Panel({ item, refresh }: { item: Item; refresh: () => void }) {
  const [asking, setAsking] = useState<Fact | null>(null);
  const anchor = useRef<HTMLDivElement>(null);
  const product = useProduct();
  const sprints = useGet('/products/{product}/sprints', { path: { product: product.key } }, { enabled: asking === 'sprint', live: ['sprint'] });
  const releases = useAll('/products/{product}/releases', { path: { product: product.key } }, { enabled: asking === 'release', live: ['release'] });
  const teams = useGet('/products/{product}/teams', { path: { product: product.key } }).data?.rows ?? [];
  const path = { item: item.id };
  const taken = (now: Item) => {
    queries.setQueryData(keyOf('/items/{item}', { path: { item: item.reference } }), now);
    refresh();
  };
  const does = (run: () => Promise<unknown>, done: string, undo: () => Promise<unknown>) => void act({ run, done, undo, refresh: again });
  const setState = (state: string) => api.put('/items/{item}/state', { path, body: { state } });
  const estimate = (points: number | null) => api.put('/items/{item}/estimate', { path, body: { points } });
  const patch = (body: object, version: number) => api.patch('/items/{item}', { path, body, version });
  const change = (body: object, back: object, done: string) => void act<Item>({
    run: (now = item) => patch(body, now.version), done: `${item.reference} ${done}`, undo: (now) => patch(back, now.version), refresh: again,
  });
  const inSprint = (from: string | null, to: string | null): Promise<unknown> => (to === null
    ? (from === null ? Promise.resolve() : api.del('/sprints/{sprint}/items/{item}', { path: { sprint: from, ...path } }))
    : api.put('/sprints/{sprint}/items/{item}', { path: { sprint: to, ...path } }));
  const inRelease = (from: string | null, to: string | null): Promise<unknown> => (to === null
    ? (from === null ? Promise.resolve() : api.del('/releases/{release}/items/{item}', { path: { release: from, ...path } }))
    : api.put('/releases/{release}/items/{item}', { path: { release: to, ...path } }));
  const block = async (reason: string | null, version: number) => {
    const now = await patch({ blocked_reason: reason }, version);
    taken(now);
    return now;
  };
  const sayBlocked = async (reason: string | null, version: number) => offer({
    done: `${item.reference} is ${reason === null ? 'no longer blocked' : 'blocked'}`, answer: await block(reason, version),
    run: (back: Item) => block(reason, back.version), undo: (now) => block(item.blocked_reason, now.version), refresh: again,
  });
  const close = () => setAsking(null);
  return (
    <>
      <div className="item-facts" ref={anchor}>
        <FactButton label="State" allowed={may(item.can, 'progress')} onPress={() => setAsking('state')}><StatusGlyph category={item.category} bare />{item.state}</FactButton>
        <FactButton label="Assignee" allowed={may(item.can, 'progress')} onPress={() => setAsking('assignee')}><PersonBadge person={item.assignee} named /></FactButton>
        {teams.length > 0 && <FactButton label="Team" allowed={may(item.can, 'progress')} onPress={() => setAsking('team')}>{teams.find(({ id }) => id === item.team_id)?.name ?? (item.parent ? 'As what it is part of' : 'None')}</FactButton>}
        <FactButton label="Estimate" allowed={may(item.can, 'estimate')} onPress={() => setAsking('points')}>{item.points === null ? 'No estimate' : `${formatNumber(item.points)} points`}</FactButton>
        <FactButton label="Sprint" allowed={may(item.can, 'sprint_scope')} onPress={() => setAsking('sprint')}>{item.sprint?.title ?? 'None'}</FactButton>
        <FactButton label="Release" allowed={may(item.can, 'release')} onPress={() => setAsking('release')}>{item.release?.title ?? 'None'}</FactButton>
        <FactButton label="Part of" allowed={mayWrite(item)} onPress={() => setAsking('parent')}>{item.parent?.title ?? 'Nothing'}</FactButton>
        <FactButton label="Kind" allowed={mayWrite(item)} onPress={() => setAsking('kind')}><KindGlyph kind={item.kind} bare />{kinds[item.kind].name}</FactButton>
        <FactButton label="Why" allowed={may(item.can, 'link')} onPress={() => setAsking('why')}>{item.why ? 'Link another' : 'Link a why'}</FactButton>
        <FactButton label="Needs no why as" allowed={mayWrite(item)} onPress={() => setAsking('exempt')}>{item.exempt === null ? 'Needs one' : exemptNames[item.exempt]}</FactButton>
      </div>
      <section className="section" aria-label="Readiness">
        {item.ready.ready ? <p><StatusGlyph category="ready" bare /> Ready for a sprint</p> : (
          <>
            <PartTitle>Not ready yet</PartTitle>
            <ul>{item.ready.reasons.map((reason) => <li key={reason}>▲ {reason}</li>)}</ul>
          </>
        )}
        <EditableText name={`${item.reference}:blocked`} label="What blocks it" value={item.blocked_reason ?? ''} version={item.version} allowed={may(item.can, 'progress')} save={(text, version) => sayBlocked(text.trim() === '' ? null : text.trim(), version)} emptiable>
          {item.blocked_reason === null ? <span className="muted">Not blocked. Say what blocks it…</span> : <span className="field-error">▮ Blocked: {item.blocked_reason}</span>}
        </EditableText>
        {item.blocked_reason !== null && <div><Button look="quiet" allowed={may(item.can, 'progress')} onPress={() => void sayBlocked(null, item.version).catch(toastProblem)}>No longer blocked</Button></div>}
      </section>
      <Criteria item={item} taken={taken} />
      {(item.parent ?? item.children.length > 0) && (
        <section className="section" aria-label="Breakdown">
          <PartTitle>Breakdown</PartTitle>
          {item.parent && <div>Part of <ObjectLink object={item.parent} /></div>}
          <ul>{item.children.map((child) => <li key={child.id}><ObjectLink object={child} /></li>)}</ul>
        </section>
      )}
      {asking === 'state' && <ChooseState anchor={anchor} allowed={may(item.can, 'progress')} onClose={close} title={`State of ${item.reference}`} selected={item.state} onChoose={(state) => does(() => setState(state.name), `${item.reference} is ${state.name.toLowerCase()}`, () => setState(item.state))} />}
      {asking === 'assignee' && (
        <ChoosePerson
          anchor={anchor} allowed={may(item.can, 'progress')} onClose={close} title={`Who does ${item.reference}?`} selected={item.assignee?.id}
          onChoose={(person) => change({ assignee_id: person?.id ?? null }, { assignee_id: item.assignee_id }, `is assigned to ${person?.name ?? 'nobody'}`)}
        />
      )}
      {asking === 'team' && (
        <ChooseOne
          title={`Whose is ${item.reference}?`} rows={teams} current={item.team_id} anchor={anchor} allowed={may(item.can, 'progress')} onClose={close}
          onChoose={(team) => change({ team_id: team?.id ?? null }, { team_id: item.team_id }, team ? `is ${team.name}’s` : 'is no team’s own')}
        />
      )}
      {asking === 'points' && <ChoosePoints anchor={anchor} allowed={may(item.can, 'estimate')} onClose={close} title={`Estimate of ${item.reference}`} selected={item.points} onChoose={(points) => does(() => estimate(points), `${item.reference} is estimated`, () => estimate(item.points))} />}
      {asking === 'sprint' && (
        <ChooseOne
          title="Which sprint?" rows={(sprints.data?.rows ?? []).filter((sprint) => sprint.state === 'planned' || sprint.state === 'active')} kind="sprint" current={item.sprint_id} anchor={anchor} allowed={may(item.can, 'sprint_scope')} onClose={close}
          onChoose={(sprint) => does(() => inSprint(item.sprint_id, sprint?.id ?? null), sprint ? `${item.reference} is in ${sprint.name}` : `${item.reference} left the sprint`, () => inSprint(sprint?.id ?? null, item.sprint_id))}
        />
      )}
      {asking === 'release' && (
        <ChooseOne
          title="Which release?" rows={(releases.data ?? []).filter((release) => release.shipped_at === null)} kind="release" current={item.release_id} anchor={anchor} allowed={may(item.can, 'release')} onClose={close}
          onChoose={(release) => does(() => inRelease(item.release_id, release?.id ?? null), release ? `${item.reference} ships with ${release.name}` : `${item.reference} left the release`, () => inRelease(release?.id ?? null, item.release_id))}
        />
      )}
      {asking === 'parent' && isItem(item.kind) && (
        <ChooseObject
          title={`What is ${item.reference} part of?`} anchor={anchor} allowed={mayWrite(item)} kinds={holdersOf(item.kind)} without={item.id} onClose={close}
          onChoose={(parent) => change({ parent: parent.id }, { parent: item.parent_id }, `is part of ${parent.reference}`)}
          nothing={{ label: 'Nothing', onChoose: () => change({ parent: null }, { parent: item.parent_id }, 'is part of nothing') }}
        />
      )}
      {asking === 'kind' && (
        <Choose
          title={`What kind is ${item.reference}?`} anchor={anchor} allowed={mayWrite(item)} selected={item.kind} onClose={close} choices={itemKinds.map((kind) => ({ id: kind, label: kinds[kind].name, icon: <KindGlyph kind={kind} bare /> }))}
          onChoose={(id) => change({ kind: id }, { kind: item.kind }, `is ${id === 'epic' ? 'an' : 'a'} ${kinds[id as ItemKind].name.toLowerCase()}`)}
        />
      )}
      {asking === 'exempt' && (
        <ChooseExempt
          anchor={anchor} allowed={mayWrite(item)} onClose={close} rows={[item]}
          onChoose={(exempt) => change({ exempt }, { exempt: item.exempt }, exempt === null ? 'needs a why' : `needs no why: ${exemptNames[exempt].toLowerCase()}`)}
        />
      )}
      {asking === 'why' && <ChooseWhy anchor={anchor} allowed={may(item.can, 'link')} onClose={close} rows={[item]} />}
    </>
  );
}

/** What only a work item has: its state, who does it, its size, readiness and criteria. */
export default function ItemPanel({ object, refresh }: SlotProps) {
  return <Load query={useItem(object.reference)} rows={4}>{(item) => <Panel item={item} refresh={refresh} />}</Load>;
}
