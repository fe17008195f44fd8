import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { api } from '../../api/client';
import type { Kind, ObjectView, Relation, Stop, Trace } from '../../api/types';
import {
  act, Button, ChooseObject, formatCount, formatDate, formatNumber, KeyHint, KindGlyph, kinds, LineStops, type LineStopView, Load, may, ObjectLink, PageLink, PartTitle, toast, useGet, useKeys, useRelations,
} from '../../kit';

const lineKinds: Kind[] = ['vision', 'objective', 'opportunity', 'initiative', 'epic', 'story', 'bug', 'task', 'spike', 'subtask', 'sprint', 'release', 'customer', 'feedback'];

/** A block that closes to one row and remembers it. */
function Fold({ name, title, summary, keys, children }: { name: string; title: string; summary: ReactNode; keys?: string; children: ReactNode }) {
  const key = `fold:${name}`;
  const [open, setOpen] = useState(() => localStorage.getItem(key) !== 'closed');
  const section = useRef<HTMLElement>(null);
  const toggle = () => {
    localStorage.setItem(key, open ? 'closed' : 'open');
    setOpen(!open);
  };
  const enter = () => {
    setOpen(true);
    requestAnimationFrame(() => section.current?.querySelector<HTMLElement>('.line-stops :is(a, button)')?.focus());
  };
  useKeys(keys === undefined ? [] : [{ keys, does: `To “${title}”`, group: 'Object', run: enter }], 2);
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <section ref={section} className="section" aria-label={title}>
      <PartTitle>
        <AriaButton className="fold" aria-expanded={open} onPress={toggle}><Icon size={14} aria-hidden />{title}{!open && <span className="fold-summary">{summary}</span>}{keys !== undefined && <KeyHint keys={keys} />}</AriaButton>
      </PartTitle>
      {open && children}
    </section>
  );
}

function stopView(stop: Stop): LineStopView {
  return {
    id: stop.id,
    label: <>{kinds[stop.kind].name}{stop.note !== null && ` · ${stop.note}`}</>,
    text: <ObjectLink object={stop} bare />,
    desk: kinds[stop.kind].desk,
  };
}

function hereView({ id, kind, title }: ObjectView): LineStopView {
  return { id, label: kinds[kind].name, text: title, desk: kinds[kind].desk, here: true };
}

function Others({ others }: { others: Stop[] }) {
  if (others.length === 0) return null;
  return (
    <details className="others">
      <summary>{formatCount(others.length, 'more on this line', 'more on this line')}</summary>
      <ul className="stack">{others.map((stop) => <li key={stop.id}><ObjectLink object={stop} /></li>)}</ul>
    </details>
  );
}

function Evidence({ evidence: { feedback, customers, segments, value, latest } }: { evidence: Trace['evidence'] }) {
  if (feedback === 0) return null;
  const parts = [
    `${formatCount(feedback, 'voice')} of ${formatCount(customers, 'customer')}`,
    segments.length > 0 && segments.join(', '),
    value > 0 && `worth ${formatNumber(value)}`,
    latest !== null && `last heard ${formatDate(latest)}`,
  ];
  return <p className="muted">{parts.filter(Boolean).join(' · ')}</p>;
}

const again = ['/objects/{object}/why', '/objects/{object}/outcome', '/objects/{object}/links', '/items/{item}'];

/** A stop that is not there, with the way to link it. */
function Missing({ object, kind, relation, keyed }: { object: ObjectView; kind: Kind; relation: Relation['relation'] | undefined; keyed: boolean }) {
  const [asking, setAsking] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const name = kinds[kind].name.toLowerCase();
  const allowed = may(object.can, 'link');
  const ask = () => { if (allowed.ok) setAsking(true); else toast(allowed.why ?? '') };
  useKeys(keyed ? [{ keys: 'l', does: `Link ${name}…`, group: 'Object', run: ask }] : []);
  if (relation === undefined) return `No ${name} linked`;
  return (
    <>
      No {name} linked <Button ref={anchor} look="quiet" keys={keyed ? 'l' : undefined} allowed={allowed} onPress={ask}>Link…</Button>
      {asking && (
        <ChooseObject
          title={`Which ${name}?`} anchor={anchor} allowed={allowed} kinds={[kind]} without={object.id} onClose={() => setAsking(false)}
          onChoose={(to) => void act({
            run: () => api.post('/objects/{object}/links', { path: { object: object.id }, body: { relation, to: to.id } }), done: `${object.reference} linked to ${to.reference}`,
            undo: (link) => api.del('/links/{link}', { path: { link: link.id } }), refresh: again,
          })}
        />
      )}
    </>
  );
}

/** From the vision down to this object. */
function why(object: ObjectView, trace: Trace, relations: Relation[]): LineStopView[] {
  const reached = trace.path.filter((stop) => stop.id !== object.id).toReversed();
  const relationTo = (kind: Kind) => relations.find(({ line, from, to }) => line && from.includes(object.kind) && to.includes(kind))?.relation;
  const first = trace.missing.find((kind) => relationTo(kind) !== undefined);
  const gaps: LineStopView[] = trace.missing.map((kind) => ({
    id: `no-${kind}`, label: kinds[kind].name, desk: kinds[kind].desk, missing: true,
    text: <Missing object={object} kind={kind} relation={relationTo(kind)} keyed={kind === first} />,
  }));
  const place = (view: LineStopView, kind: Kind) => ({ view, at: lineKinds.indexOf(kind) });
  const stops = [...reached.map((stop) => place(stopView(stop), stop.kind)), ...gaps.map((view, index) => place(view, trace.missing[index]!))];
  // Gaps stand where they are missing; stops that were reached keep the order of the line.
  const ordered = gaps.length === 0 ? stops : stops.toSorted((a, b) => a.at - b.at);
  return [...ordered.map(({ view }) => view), hereView(object)];
}

/** From this object to what was shipped and who was told. */
function came(object: ObjectView, trace: Trace): LineStopView[] {
  const stops = trace.path.filter((stop) => stop.id !== object.id).map(stopView);
  const { asked, told } = trace.told;
  if (stops.length === 0 && asked === 0) return [];
  if (trace.missing.includes('release')) stops.push({ id: 'no-release', label: kinds.release.name, desk: 'delivery', missing: true, text: 'In no release yet' });
  if (asked > 0) {
    const said = `${formatCount(asked, 'person', 'people')} asked; ${told === 0 ? 'none told yet' : `${told} told`}`;
    const release = [object, ...trace.path, ...trace.others].find(({ kind }) => kind === 'release');
    stops.push({
      id: 'told', label: told < asked ? 'People to tell' : 'People told', desk: 'delivery', missing: told === 0,
      text: release ? <PageLink to={`releases/${release.reference}`} query={{ tab: told < asked ? 'tell' : 'told' }}>{said}</PageLink> : said,
    });
  }
  return [hereView(object), ...stops];
}

export function Throughline({ object }: { object: ObjectView }) {
  const relations = useRelations();
  const path = { object: object.reference };
  const up = useGet('/objects/{object}/why', { path }, { live: 'all' });
  const down = useGet('/objects/{object}/outcome', { path }, { live: 'all' });
  const row = (trace: Trace | undefined) => trace?.path.map((stop) => <KindGlyph key={stop.id} kind={stop.kind} />);
  return (
    <>
      {object.kind !== 'vision' && (
        <Fold name="why" keys="w" title="Why are we doing this?" summary={<>{row(up.data)}{up.data && up.data.missing.length > 0 && 'No why'}</>}>
          <Load query={up} rows={3}>
            {(trace) => (
              <>
                <LineStops label="Why: from the vision to here" stops={why(object, trace, relations)} />
                <Evidence evidence={trace.evidence} />
                <Others others={trace.others} />
              </>
            )}
          </Load>
        </Fold>
      )}
      <Fold name="came" title="What came of it?" summary={row(down.data)}>
        <Load query={down} rows={2}>
          {(trace) => (
            <>
              {came(object, trace).length > 0 ? <LineStops label="What came of it" stops={came(object, trace)} /> : <p className="muted">Nothing yet: no work, no release and nobody to tell is linked below it.</p>}
              <Others others={trace.others} />
            </>
          )}
        </Load>
      </Fold>
    </>
  );
}
