import { scaleLinear, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';
import type { Burndown } from '../api/types';
import { formatDate, formatNumber } from './format';
import './chart.css';

const width = 480;
const height = 220;
const edge = { top: 12, right: 52, bottom: 24, left: 36 };

/** Remaining work against the ideal line, its sentence, and the same as a table. */
export function BurndownChart({ burndown: { days, unit, sentence } }: { burndown: Burndown }) {
  const x = scalePoint(days.map((day) => day.date), [edge.left, width - edge.right]);
  const top = Math.max(1, ...days.map((day) => Math.max(day.remaining ?? 0, day.ideal, day.scope ?? 0)));
  const y = scaleLinear([0, top], [height - edge.bottom, edge.top]).nice();
  const draw = (value: (day: Burndown['days'][number]) => number | null) =>
    line<Burndown['days'][number]>((day) => x(day.date) ?? 0, (day) => y(value(day) ?? 0)).defined((day) => value(day) !== null)(days) ?? '';
  const known = days.filter((day) => day.remaining !== null);
  const now = known.at(-1);
  const every = Math.ceil(days.length / 6);
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentence}>
        {y.ticks(4).map((tick) => (
          <g key={tick}>
            <line className="chart-grid" x1={edge.left} x2={width - edge.right} y1={y(tick)} y2={y(tick)} />
            <text className="chart-tick" x={edge.left - 6} y={y(tick) + 4} textAnchor="end">{tick}</text>
          </g>
        ))}
        {days.map((day, index) => index % every === 0 && (
          <text key={day.date} className="chart-tick" x={x(day.date)} y={height - 6} textAnchor="middle">{formatDate(day.date)}</text>
        ))}
        <path className="chart-scope" d={draw((day) => day.scope)} />
        <path className="chart-ideal" d={draw((day) => day.ideal)} />
        <path className="chart-line" d={draw((day) => day.remaining)} />
        {now && <circle className="chart-dot" cx={x(now.date)} cy={y(now.remaining ?? 0)} r="3.5" />}
        {now && <text className="chart-label" x={(x(now.date) ?? 0) + 8} y={y(now.remaining ?? 0) + 4}>{formatNumber(now.remaining ?? 0)} left</text>}
      </svg>
      <figcaption>{sentence}</figcaption>
      <details>
        <summary>As a table</summary>
        <table className="chart-table number">
          <thead><tr><th>Day</th><th>Remaining {unit}</th><th>Ideal</th><th>Scope</th></tr></thead>
          <tbody>{days.map((day) => <tr key={day.date}><td>{formatDate(day.date)}</td><td>{day.remaining ?? '–'}</td><td>{formatNumber(day.ideal)}</td><td>{day.scope === null ? '–' : formatNumber(day.scope)}</td></tr>)}</tbody>
        </table>
      </details>
    </figure>
  );
}

/** A small line of readings with its target, for a row. */
export function Trend({ values, target, label }: { values: number[]; target?: number; label: string }) {
  const all = target === undefined ? values : [...values, target];
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [3, 93]);
  const y = scaleLinear([Math.min(...all), Math.max(...all)], [21, 3]);
  const at = (value: number) => (Math.min(...all) === Math.max(...all) ? 12 : y(value));
  return (
    <svg className="trend" viewBox="0 0 96 24" width="96" height="24" role="img" aria-label={label}>
      {target !== undefined && <line className="chart-ideal" x1="3" x2="93" y1={at(target)} y2={at(target)} />}
      <path className="chart-line" d={line<number>((_, index) => x(index), at)(values) ?? ''} />
      {values.length > 0 && <circle className="chart-dot" cx={x(values.length - 1)} cy={at(values.at(-1)!)} r="2.5" />}
    </svg>
  );
}
