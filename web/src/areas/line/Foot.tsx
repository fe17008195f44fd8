import type { Line } from '../../api/types';
import { formatNumber, PageLink, Progress } from '../../kit';
import { percent } from './picture';

/** How much of the work reaches an objective, and where the line is broken; each leads to what it counts. */
export function Foot({ coverage }: { coverage: Line['coverage'] }) {
  const share = (label: string, of: { reached: number; total: number }) => (
    <div className="line-share number">
      <dt>{label}</dt>
      <dd>
        <Progress share={of.total === 0 ? 0 : of.reached / of.total} label={`${percent(of)} of ${label.toLowerCase()} reaches an objective`} />
        <strong>{percent(of)}</strong><span className="muted">{of.total === 0 ? 'none yet' : `${formatNumber(of.reached)} of ${formatNumber(of.total)}`}</span>
      </dd>
    </div>
  );
  const gap = (label: string, count: number, to: string, query: Record<string, string>) => (
    <li>{count === 0 ? <span className="muted">{label} · 0</span> : <PageLink to={to} query={query}>▲ {label} · {formatNumber(count)}</PageLink>}</li>
  );
  return (
    <section className="line-foot" aria-label="Coverage">
      <dl className="line-shares" aria-label="Share of the work that reaches an objective">
        {share('Open work', coverage.open)}{share('This sprint', coverage.sprint)}{share('Delivered', coverage.delivered)}
      </dl>
      <ul className="line-gaps">
        {gap('No why', coverage.orphans, 'backlog', { why: 'no' })}
        {gap('No work', coverage.initiatives_without_work, 'line', { marks: 'idle' })}
        {gap('Starved', coverage.starved, 'line', { marks: 'starved' })}
        {gap('On dropped objectives', coverage.on_dropped, 'line', { tab: 'coverage' })}
        {gap('Drift', coverage.drift, 'line', { tab: 'drift' })}
        {gap('Contradictions', coverage.contradictions, 'line', { tab: 'contradictions' })}
        {gap('Shipped, not told', coverage.shipped_not_told, 'releases', { tell: 'yes' })}
      </ul>
    </section>
  );
}
