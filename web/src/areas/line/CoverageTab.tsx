import { useState } from 'react';
import { api } from '../../api/client';
import type { CoverageReport, ExemptClass } from '../../api/types';
import {
  act, Button, Chip, EmptyState, exemptNames, formatCount, formatNumber, FormDialog, Load, may, ObjectLink, PageLink, Progress, Section, Select, TextField, useGet, useKeys, useProduct, useSetUrl, useUrl,
} from '../../kit';
import { percent } from './picture';
import { against, basisSentence, inPercent, shareSentence } from './shares';

const coveragePath = '/products/{product}/coverage';
const budgetsPath = '/products/{product}/exempt-budgets';
const spans = [1, 2, 3, 4, 6, 8, 10, 12, 20, 40];
const usual = 6;

/** A share of 100 as a bar, with a mark where it was planned to end. */
function ShareBar({ share, planned, over, label }: { share: number | null; planned: number | null; over?: boolean; label: string }) {
  return (
    <span className={over ? 'line-bar-of over' : 'line-bar-of'} role="img" aria-label={label}>
      <span className="line-bar-fill" style={{ width: `${Math.min(100, share ?? 0)}%` }} />
      {planned !== null && <span className="line-bar-planned" style={{ insetInlineStart: `${Math.min(100, planned)}%` }} />}
    </span>
  );
}

function BudgetForm({ exempt, onClose }: { exempt: CoverageReport['exempt']; onClose: () => void }) {
  const product = useProduct();
  const [shares, setShares] = useState(() => Object.fromEntries(exempt.map(({ class: name, budget }) => [name, budget === null ? '' : String(budget)])));
  const put = (rows: { class: ExemptClass; share: number }[]) => api.put(budgetsPath, { path: { product: product.key }, body: { rows } });
  const before = exempt.flatMap(({ class: name, budget }) => (budget === null ? [] : [{ class: name, share: budget }]));
  const now = exempt.flatMap(({ class: name }) => (shares[name]?.trim() ? [{ class: name, share: Number(shares[name]) }] : []));
  return (
    <FormDialog
      title="Budgets of exempt work" submit="Set" ready={now.every(({ share }) => Number.isInteger(share) && share >= 0 && share <= 100)} allowed={may(product.can, 'objectives')} onClose={onClose}
      save={({ refused }) => act({ run: () => put(now), done: 'Budgets set', undo: () => put(before), refresh: [coveragePath, budgetsPath], refused })}
    >
      {(errorOf) => (
        <>
          <p className="muted">How much of what is finished may be work that needs no why, in percent. Empty sets no budget.</p>
          {exempt.map(({ class: name }, index) => (
            <TextField
              key={name} label={exemptNames[name]} type="number" min={0} max={100} step={1} value={shares[name] ?? ''} autoFocus={index === 0}
              onChange={(value) => setShares((all) => ({ ...all, [name]: value }))} error={errorOf(`rows[${index}].share`)}
            />
          ))}
        </>
      )}
    </FormDialog>
  );
}

function Exempt({ report, onEdit }: { report: CoverageReport; onEdit: () => void }) {
  const product = useProduct();
  return (
    <Section title="Work that needs no why" actions={<Button keys="b" allowed={may(product.can, 'objectives')} onPress={onEdit}>Set budgets…</Button>}>
      <div className="line-table-wrap">
        <table className="line-table number">
          <thead><tr><th scope="col">Class</th><th scope="col">Open</th><th scope="col">Finished</th><th scope="col">Share</th><th scope="col">Budget</th><th scope="col"><span className="only-heard">As a bar</span></th></tr></thead>
          <tbody>
            {report.exempt.map(({ class: name, open, finished, share, budget, over_budget: over }) => (
              <tr key={name}>
                <th scope="row">{exemptNames[name]}{over === true && <> <Chip tone="risk">▲ Over budget</Chip></>}</th>
                <td>{formatNumber(open)}</td><td>{formatNumber(finished)}</td><td>{report.too_few ? '–' : inPercent(share)}</td><td>{inPercent(budget)}</td>
                <td className="line-table-bar">{!report.too_few && <ShareBar share={share} planned={budget} over={over === true} label={`${exemptNames[name]}: ${inPercent(share)}${budget === null ? '' : ` of a budget of ${inPercent(budget)}`}`} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Themes({ report }: { report: CoverageReport }) {
  const { themes, without_theme: without, finished, too_few: tooFew } = report;
  if (themes.length === 0) return <Section title="Themes"><p className="muted">No theme is named yet. Themes say what the work of the next time is meant for; <PageLink to="objectives" query={{ tab: 'themes' }}>name one beside the objectives</PageLink>.</p></Section>;
  return (
    <Section title="Themes: planned against actual">
      <div className="line-table-wrap">
        <table className="line-table number">
          <thead><tr><th scope="col">Theme</th><th scope="col">Finished</th><th scope="col">Planned</th><th scope="col">Actual</th><th scope="col"><span className="only-heard">As a bar</span></th></tr></thead>
          <tbody>
            {themes.map(({ theme, items, share, target_share: planned }) => (
              <tr key={theme.id}>
                <th scope="row"><ObjectLink object={theme} bare /></th>
                <td>{formatNumber(Math.round(items * 10) / 10)}</td><td>{inPercent(planned)}</td><td>{tooFew ? '–' : inPercent(share)}</td>
                <td className="line-table-bar">{!tooFew && <ShareBar share={share} planned={planned} label={`${theme.title}: ${against(share, planned)}`} />}</td>
              </tr>
            ))}
            <tr>
              <th scope="row" className="muted">No theme</th><td>{formatNumber(without)}</td><td>–</td><td>{tooFew || finished === 0 ? '–' : inPercent((without / finished) * 100)}</td>
              <td className="line-table-bar">{!tooFew && finished > 0 && <ShareBar share={(without / finished) * 100} planned={null} label={`No theme: ${inPercent((without / finished) * 100)}`} />}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <p className="muted">An item that advances several themes counts in equal parts for each. The mark on a bar is what was planned.</p>
    </Section>
  );
}

function Report({ report, span }: { report: CoverageReport; span: number }) {
  const setUrl = useSetUrl();
  const [budgets, setBudgets] = useState(false);
  const product = useProduct();
  const { open, sprint, delivered, orphans, starved, on_dropped: dropped } = report;
  useKeys([{ keys: 'b', does: 'Set budgets of exempt work…', group: 'Coverage', run: () => { if (may(product.can, 'objectives').ok) setBudgets(true) } }]);
  const figures = [['Open work', open, 'open'], ['This sprint', sprint, 'sprint'], ['Delivered', delivered, 'delivered']] as const;
  if (figures.every(([, { total, exempt }]) => total + exempt === 0)) {
    return <EmptyState action={<PageLink to="backlog">Open the backlog</PageLink>}>Coverage says how much of the work reaches an objective. It begins with the first item of the backlog.</EmptyState>;
  }
  return (
    <>
      <div className="line-figures">
        {figures.map(([name, share, what]) => (
          <section key={name} className="card stack" aria-label={name}>
            <h2 className="section-title">{name}</h2>
            <p className="line-figure number">{percent(share)}</p>
            <Progress share={share.total === 0 ? 0 : share.reached / share.total} label={`${percent(share)} reaches an objective`} />
            <p className="muted">{shareSentence(share, what)}</p>
          </section>
        ))}
      </div>
      <div className="line-figures">
        <Section title="Work with no why">
          {orphans === 0 ? <p>✓ All open work has a why, or needs none.</p> : <p>▲ {formatCount(orphans, 'open item')} {orphans === 1 ? 'has' : 'have'} no why. <PageLink to="backlog" query={{ why: 'no' }}>Show them in the backlog</PageLink></p>}
        </Section>
        <Section title="Starved objectives">
          {starved.count === 0 ? <p>✓ Something is in flight for every active objective.</p> : (
            <>
              <p>{formatCount(starved.count, 'active objective')} {starved.count === 1 ? 'has' : 'have'} nothing in progress and nothing in a sprint.</p>
              <ul className="stack">{starved.objectives.map((objective) => <li key={objective.id}><ObjectLink object={objective} /></li>)}</ul>
            </>
          )}
        </Section>
        <Section title="Work on dropped objectives">
          {dropped.count === 0 ? <p>✓ Nothing is being done for an objective that was dropped.</p> : (
            <>
              <p>{formatCount(dropped.count, 'open item')} {dropped.count === 1 ? 'serves' : 'serve'} only objectives that were dropped{dropped.count > dropped.items.length ? `; the first ${dropped.items.length}` : ''}.</p>
              <ul className="stack">{dropped.items.map((item) => <li key={item.id}><ObjectLink object={item} /></li>)}</ul>
            </>
          )}
        </Section>
      </div>
      <div className="row between wrap">
        <p className="line-sentence" role="status">{basisSentence(report)}</p>
        <Select
          label="Look back" hideLabel value={String(span)} onChange={(next) => setUrl({ sprints: Number(next) === usual ? undefined : next })}
          options={[...new Set([...spans, span])].toSorted((a, b) => a - b).map((many) => ({ id: String(many), label: many === 1 ? 'The last sprint' : `The last ${many} sprints` }))}
        />
      </div>
      <Themes report={report} />
      <Exempt report={report} onEdit={() => setBudgets(true)} />
      {budgets && <BudgetForm exempt={report.exempt} onClose={() => setBudgets(false)} />}
    </>
  );
}

/** How much of the work reaches an objective, what the rest is, and what the work of the last sprints was for. */
export function CoverageTab() {
  const product = useProduct();
  const asked = Number(useUrl().sprints);
  const span = Number.isInteger(asked) && asked >= 1 && asked <= 40 ? asked : usual;
  const query = useGet(coveragePath, { path: { product: product.key }, query: { sprints: span } }, { live: ['objective', 'theme', 'initiative', 'epic', 'story', 'bug', 'task', 'spike', 'sprint'] });
  return <Load query={query} rows={8}>{(report) => <Report report={report} span={span} />}</Load>;
}
