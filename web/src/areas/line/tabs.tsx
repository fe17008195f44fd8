import { useState } from 'react';
import { api } from '../../api/client';
import {
  act, Button, Chip, EmptyState, ErrorState, FormDialog, formatAgo, formatCount, formatDate, formatNumber, itemKinds, Load, LoadingRows, may, ObjectLink, Page, PartTitle, Progress, Section, Select, TextArea, TextField, toast, ToggleChip, useCursor, useGet, useKeys, usePages, useProduct, useSetUrl, useUrl,
} from '../../kit';
import type { Contradiction, Drift } from '../../api/types';
import './line.css';

const names = { coverage: 'Coverage', drift: 'Drift', contradictions: 'Contradictions', loop: 'Loop' } as const;
type Tab = keyof typeof names;
export const isTab = (tab: string | undefined): tab is Tab => tab !== undefined && tab in names;

/** The other ways to look at the line. */
export function LineTabs() {
  const setUrl = useSetUrl();
  const { tab } = useUrl();
  const show = (next: Tab | undefined) => setUrl({ tab: next, gap: undefined, focus: undefined, state: undefined, peek: undefined });
  useKeys([{
    keys: 't', does: 'Next way to look at the line', group: 'The line: do',
    run: () => { const all = [undefined, ...(Object.keys(names) as Tab[])]; show(all[(all.indexOf(isTab(tab) ? tab : undefined) + 1) % all.length]) },
  }]);
  return (
    <span className="row wrap" role="group" aria-label="What to look at">
      {isTab(tab) && <ToggleChip on={false} onChange={() => show(undefined)}>Picture</ToggleChip>}
      {(Object.keys(names) as Tab[]).map((one) => <ToggleChip key={one} on={tab === one} onChange={(on) => show(on ? one : undefined)}>{names[one]}</ToggleChip>)}
    </span>
  );
}

function Share({ label, of }: { label: string; of: { reached: number; total: number; exempt: number } }) {
  const share = of.total === 0 ? 0 : of.reached / of.total;
  return (
    <p className="row wrap">
      <strong className="line-share-name">{label}</strong><Progress share={share} label={`${label}: ${Math.round(share * 100)} % reaches an objective`} />
      <span className="number">{of.total === 0 ? 'none yet' : `${Math.round(share * 100)} %: ${formatNumber(of.reached)} of ${formatNumber(of.total)}`}</span>
      {of.exempt > 0 && <span className="muted">{formatCount(of.exempt, 'item')} needs no why</span>}
    </p>
  );
}

const classNames = { defect: 'Defects', debt: 'Debt', compliance: 'Compliance', keep_running: 'Keep running' } as const;
const live = [...itemKinds, 'objective', 'initiative', 'theme', 'sprint', 'release'] as const;

function CoverageTab() {
  const product = useProduct();
  const setUrl = useSetUrl();
  const sprints = useUrl().sprints ?? '6';
  const query = useGet('/products/{product}/coverage', { path: { product: product.key }, query: { sprints } }, { live });
  return (
    <Load query={query} rows={8}>
      {(report) => (
        <div className="stack">
          <Section title="What reaches an objective">
            <Share label="Open work" of={report.open} /><Share label="This sprint" of={report.sprint} /><Share label="Delivered" of={report.delivered} />
            <p>{report.orphans === 0 ? 'All open work has a why.' : `▲ ${formatCount(report.orphans, 'open item')} has no why.`}</p>
          </Section>
          <Section title="Starved objectives">
            {report.starved.count === 0 ? <p className="muted">Every active objective has work that is begun or planned.</p> : <ul className="line-plain">{report.starved.objectives.map((stub) => <li key={stub.id}><ObjectLink object={stub} /></li>)}</ul>}
          </Section>
          <Section title="Work on dropped objectives">
            {report.on_dropped.count === 0 ? <p className="muted">None.</p> : <><p>{formatCount(report.on_dropped.count, 'open item')} reaches only objectives that are dropped.</p><ul className="line-plain">{report.on_dropped.items.map((stub) => <li key={stub.id}><ObjectLink object={stub} /></li>)}</ul></>}
          </Section>
          <Section title="What the work was for">
            <div className="settings-narrow"><Select label="Closed sprints" value={sprints} onChange={(next) => setUrl({ sprints: next === '6' ? undefined : next })} options={['1', '3', '6', '12', '24', '40'].map((id) => ({ id, label: `The last ${id}` }))} /></div>
            <p className="muted">{formatCount(report.finished, 'item')} finished{report.too_few ? `: too few to say, ${report.enough} are enough` : ''}.</p>
            <table className="line-table">
              <thead><tr><th scope="col">Theme</th><th scope="col">Meant</th><th scope="col">Was</th><th scope="col">Items</th></tr></thead>
              <tbody>
                {report.themes.map(({ theme, target_share: target, share, items }) => (
                  <tr key={theme.id}><th scope="row"><ObjectLink object={theme} /></th><td>{target === null ? '–' : `${target} %`}</td><td>{share === null || report.too_few ? 'too few to say' : `${formatNumber(Math.round(share))} %`}</td><td className="number">{formatNumber(items)}</td></tr>
                ))}
                {report.exempt.map(({ class: name, budget, share, finished, over_budget: over }) => (
                  <tr key={name}><th scope="row">{classNames[name]} <span className="muted">(needs no why)</span></th><td>{budget === null ? '–' : `at most ${budget} %`}</td><td>{share === null ? 'none yet' : `${formatNumber(Math.round(share))} %`}{over === true && <Chip tone="risk">▲ Over</Chip>}</td><td className="number">{formatNumber(finished)}</td></tr>
                ))}
              </tbody>
            </table>
            {report.themes.length === 0 && <p className="muted">No theme is named yet.</p>}
          </Section>
        </div>
      )}
    </Load>
  );
}

function DriftTab() {
  const product = useProduct();
  const query = usePages('/products/{product}/drift', { path: { product: product.key }, query: { limit: 100 } }, { live: 'all' });
  const rows: Drift[] = query.data ?? [];
  const { here, rowProps } = useCursor(rows.map((row) => ({ ...row, reference: row.object.reference })), 'Drift');
  const confirm = (body: { ids: string[] } | { source: string; field: string }) => act({
    run: () => api.post('/products/{product}/drift/confirmations', { path: { product: product.key }, body }),
    done: ({ ids, left }) => `${formatCount(ids.length, 'thing')} confirmed${left > 0 ? `, ${formatNumber(left)} left` : ''}`,
    undo: ({ ids }) => api.post('/products/{product}/drift/reopenings', { path: { product: product.key }, body: { ids } }), refresh: ['/products/{product}/drift', '/products/{product}/home'],
  });
  useKeys([
    { keys: 'a', does: 'Confirm', group: 'Drift: do', run: () => { if (here) void confirm({ ids: [here.id] }) } },
    { keys: 'Shift+a', does: 'Confirm all below this change', group: 'Drift: do', run: () => { if (here) void confirm({ source: here.source.id, field: here.field }) } },
  ]);
  if (query.data === undefined) return query.error ? <ErrorState problem={query.error} onRetry={() => void query.refetch()} /> : <LoadingRows rows={8} />;
  if (rows.length === 0) return <EmptyState>Nothing drifts. When something above changes materially, what was agreed against it stands here until whoever decides has looked.</EmptyState>;
  return (
    <>
      <ul className="line-drift">
        {rows.map((row, index) => {
          const before = rows[index - 1];
          const begins = before?.source.id !== row.source.id || before.field !== row.field;
          return (
            <li key={row.id}>
              {begins && (
                <div className="line-change">
                  <p><ObjectLink object={row.source} /> · {row.field.replaceAll('_', ' ')} · {row.by?.name ?? 'somebody'}, {formatAgo(row.at)}</p>
                  <div className="line-sides"><div><span className="muted">Before</span><p><del>{row.before || 'nothing'}</del></p></div><div><span className="muted">Now</span><p><ins>{row.after || 'nothing'}</ins></p></div></div>
                  <Button keys="Shift+a" onPress={() => void confirm({ source: row.source.id, field: row.field })}>Confirm all that is mine</Button>
                </div>
              )}
              <div {...rowProps(row.id)} className="line-drift-row cursor-row row between wrap">
                <span className="cursor-link"><ObjectLink object={row.object} /></span>
                <span className="cursor-over"><Button look="quiet" keys="a" allowed={may(row.can, row.decision)} onPress={() => void confirm({ ids: [row.id] })}>Confirm</Button></span>
              </div>
            </li>
          );
        })}
      </ul>
      {query.hasNextPage && <Button onPress={() => void query.fetchNextPage()}>Show more</Button>}
    </>
  );
}

function AcceptForm({ row, onClose }: { row: Contradiction; onClose: () => void }) {
  const product = useProduct();
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const which = { rule: row.rule, one: row.one.id, other: row.other.id };
  return (
    <FormDialog
      title="Accept it knowingly" submit="Accept" allowed={may(row.can, row.decision)} ready={until !== '' && reason.trim() !== ''} onClose={onClose}
      save={({ refused }) => act({
        run: () => api.put('/products/{product}/contradictions/acceptance', { path: { product: product.key }, body: { ...which, until, reason: reason.trim() } }),
        done: `Accepted until ${formatDate(until)}`,
        undo: () => api.del('/products/{product}/contradictions/acceptance', { path: { product: product.key }, query: which }), refresh: ['/products/{product}/contradictions', '/products/{product}/home'], refused,
      })}
    >
      {(errorOf) => (
        <>
          <p>{row.sentence}</p>
          <TextField label="Until (the last day)" type="date" value={until} onChange={setUntil} error={errorOf('until')} required autoFocus />
          <TextArea label="Why" value={reason} onChange={setReason} error={errorOf('reason')} required />
        </>
      )}
    </FormDialog>
  );
}

function ContradictionsTab() {
  const product = useProduct();
  const setUrl = useSetUrl();
  const state = useUrl().state === 'accepted' ? 'accepted' : 'open';
  const query = useGet('/products/{product}/contradictions', { path: { product: product.key }, query: { state } }, { live: 'all' });
  const [accepting, setAccepting] = useState<Contradiction | null>(null);
  const rows = (query.data?.rows ?? []).map((row) => ({ ...row, id: `${row.rule} ${row.one.id} ${row.other.id}`, reference: row.one.reference }));
  const { here, rowProps } = useCursor(rows, 'Contradictions');
  const accept = (row: Contradiction | undefined) => {
    if (!row) return;
    const { ok, why } = may(row.can, row.decision);
    if (ok) setAccepting(row);
    else toast(why ?? '');
  };
  useKeys([{ keys: 'a', does: 'Accept knowingly…', group: 'Contradictions: do', run: () => accept(here) }]);
  return (
    <>
      <div className="row wrap">
        <ToggleChip on={state === 'open'} onChange={() => setUrl({ state: undefined })}>Open</ToggleChip>
        <ToggleChip on={state === 'accepted'} onChange={() => setUrl({ state: 'accepted' })}>Accepted knowingly</ToggleChip>
        {query.data && <span className="muted">{formatCount(query.data.total, 'contradiction')}</span>}
      </div>
      <Load query={query} rows={6}>
        {() => (rows.length === 0
          ? <EmptyState>{state === 'open' ? 'One plan, and nothing in it contradicts anything else.' : 'None is accepted.'}</EmptyState>
          : (
            <ul className="line-drift">
              {rows.map((row) => (
                <li key={row.id} {...rowProps(row.id)} className="line-drift-row cursor-row stack">
                  <strong>{row.title}</strong><span>{row.sentence}</span>
                  <span className="row wrap muted cursor-over">
                    <ObjectLink object={row.one} />{row.other.id !== row.one.id && <ObjectLink object={row.other} />}
                    <span>{row.roles.map((role) => role.replaceAll('_', ' ')).join(' or ')} resolves it</span><span>since {formatAgo(row.since)}</span>
                    {row.accepted_until !== null && <Chip>until {formatDate(row.accepted_until)}: {row.reason}</Chip>}
                    {row.accepted_until === null && <Button keys="a" allowed={may(row.can, row.decision)} onPress={() => accept(row)}>Accept knowingly…</Button>}
                  </span>
                </li>
              ))}
            </ul>
          ))}
      </Load>
      {accepting && <AcceptForm row={accepting} onClose={() => setAccepting(null)} />}
    </>
  );
}

const stations = { received: 'Received', triaged: 'Triaged', decided: 'Decided', shipped: 'Shipped', told: 'Told' } as const;
const days = (value: number | null) => (value === null ? 'none yet' : formatCount(Math.round(value), 'day'));

function LoopTab() {
  const product = useProduct();
  const query = useGet('/products/{product}/loop', { path: { product: product.key }, query: { limit: 100 } }, { live: ['feedback', 'release', 'initiative', ...itemKinds] });
  return (
    <Load query={query} rows={8}>
      {(loop) => (
        <div className="stack">
          <Section title="From received to told">
            <table className="line-table">
              <thead><tr><th scope="col">Leg</th><th scope="col">Half within</th><th scope="col">85 of 100 within</th><th scope="col">Went it</th></tr></thead>
              <tbody>{loop.legs.map(({ from, to, count, median_days: median, p85_days: p85 }) => <tr key={`${from} ${to}`}><th scope="row">{stations[from]} → {stations[to]}</th><td>{days(median)}</td><td>{days(p85)}</td><td className="number">{formatNumber(count)}</td></tr>)}</tbody>
            </table>
            <p className="muted">{formatNumber(loop.told)} told · {formatNumber(loop.declined)} declined · {formatNumber(loop.postponed)} postponed. Declined and postponed, with a reason, are answers too.</p>
          </Section>
          <PartTitle>Who waits longest</PartTitle>
          {loop.rows.length === 0 ? <EmptyState>Nobody waits for an answer.</EmptyState> : (
            <ul className="line-drift">
              {loop.rows.map((row) => (
                <li key={row.feedback.id} className="line-drift-row row between wrap">
                  <span><ObjectLink object={row.feedback} /> {row.customer && <ObjectLink object={row.customer} />}</span>
                  <span className="muted">{formatCount(row.days, 'day')}, waits to be {stations[row.waits_for].toLowerCase()}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Load>
  );
}

export function LineTabPage({ tab }: { tab: Tab }) {
  return (
    <Page title="The line" layout="wide" filters={<LineTabs />}>
      {tab === 'coverage' && <CoverageTab />}
      {tab === 'drift' && <DriftTab />}
      {tab === 'contradictions' && <ContradictionsTab />}
      {tab === 'loop' && <LoopTab />}
    </Page>
  );
}
