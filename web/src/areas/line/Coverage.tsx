import type { Line } from '../../api/types';
import { formatNumber, PageLink, Progress, ToggleChip } from '../../kit';
import { type Gap, percent } from './picture';

interface Props { coverage: Line['coverage']; gap: Gap | undefined; onGap: (gap: Gap | undefined) => void }

/** How much of the work reaches an objective, and where the line is broken; each gap leads to what it counts. */
export function Coverage({ coverage, gap, onGap }: Props) {
  const share = (label: string, of: { reached: number; total: number }) => (
    <div className="line-share number">
      <dt>{label}</dt>
      <dd>
        <Progress share={of.total === 0 ? 0 : of.reached / of.total} label={`${percent(of)} of ${label.toLowerCase()} reaches an objective`} />
        <strong>{percent(of)}</strong><span className="muted">{of.total === 0 ? 'none yet' : `${formatNumber(of.reached)} of ${formatNumber(of.total)}`}</span>
      </dd>
    </div>
  );
  const gaps: [Gap, string, number][] = [['initiatives', 'Initiatives without work', coverage.initiatives_without_work], ['objectives', 'Objectives without work', coverage.objectives_without_work]];
  return (
    <footer className="line-foot" aria-label="Coverage">
      <dl className="line-shares" aria-label="Share of the work that reaches an objective">
        {share('Open work', coverage.open)}{share('This sprint', coverage.sprint)}{share('Delivered', coverage.delivered)}
      </dl>
      <ul className="line-gaps">
        <li>{coverage.orphans === 0 ? <span className="muted">✓ All open work has a why</span> : <PageLink to="backlog" query={{ why: 'no' }}>▲ Work with no why · {formatNumber(coverage.orphans)}</PageLink>}</li>
        {gaps.map(([id, label, count]) => (
          <li key={id}>{count === 0 && gap !== id ? <span className="muted">{label} · 0</span> : <ToggleChip on={gap === id} onChange={(on) => onGap(on ? id : undefined)}>▲ {label} · {formatNumber(count)}</ToggleChip>}</li>
        ))}
        <li>{coverage.shipped_not_told === 0 ? <span className="muted">Shipped, not told · 0</span> : <PageLink to="releases" query={{ tell: 'yes' }}>▲ Shipped, not told · {formatNumber(coverage.shipped_not_told)}</PageLink>}</li>
      </ul>
    </footer>
  );
}
