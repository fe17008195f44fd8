import { scaleLinear, scalePoint, scaleUtc } from 'd3-scale';
import { curveMonotoneX, line } from 'd3-shape';
import type { Burndown, ForecastAnswer } from '../api/types';
import { formatDate, formatLikelihood, formatNumber } from './format';
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

const dayOf = (date: string) => new Date(`${date}T00:00:00Z`);
const dayBack = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const monthBack = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });

/** Round days between two, with as much of their names as is new: '2027', 'Feb', '8 Mar'. */
export function timeTicks(from: string, to: string, count: number): { at: number; name: string }[] {
  const x = scaleUtc([dayOf(from), dayOf(to)], [0, 1]);
  return x.ticks(count).map((tick) => {
    const first = tick.getUTCDate() === 1;
    return { at: x(tick), name: first && tick.getUTCMonth() === 0 ? String(tick.getUTCFullYear()) : (first ? monthBack : dayBack).format(tick) };
  });
}

/** How likely it is done by each day, its sentence, and the same as a table. `by` is a day that was asked about. */
export function LikelihoodChart({ curve, when, by, sentence }: Pick<ForecastAnswer, 'curve' | 'when'> & { by: ForecastAnswer['curve'][number] | null; sentence: string }) {
  const start = curve[0]?.date ?? '';
  const named = ['50', '85', '95'].flatMap((percent) => {
    const date = when?.[percent] ?? null;
    return date === null ? [] : [{ date, likelihood: Number(percent) / 100 }];
  });
  const days = (date: string) => (dayOf(date).getTime() - dayOf(start).getTime()) / 86_400_000;
  // What comes after 95 % is a long flat line: it would press the rest together.
  const likely = days(named.find(({ likelihood }) => likelihood === 0.95)?.date ?? curve.at(-1)?.date ?? start) * 1.06;
  const asked = by !== null && by.date > start && days(by.date) <= 2 * likely ? by : null;
  const end = new Date(dayOf(start).getTime() + Math.max(7, likely, asked ? days(asked.date) * 1.02 : 0) * 86_400_000).toISOString().slice(0, 10);
  const x = scaleUtc([dayOf(start), dayOf(end)], [edge.left, width - edge.right / 2]);
  const y = scaleLinear([0, 1], [height - edge.bottom, edge.top]);
  const all = new Map([...curve, ...named, ...(asked ? [asked] : [])].map(({ date, likelihood }) => [date, { date, likelihood }]));
  const points = [...all.values()].filter(({ date }) => date <= end).toSorted((a, b) => (a.date < b.date ? -1 : 1));
  const every = Math.ceil(points.length / 24);
  const late = asked !== null && x(dayOf(asked.date)) > width / 2;
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentence}>
        {[0, 0.5, 0.85, 0.95].map((likelihood) => (
          <g key={likelihood}>
            <line className="chart-grid" x1={edge.left} x2={width - edge.right / 2} y1={y(likelihood)} y2={y(likelihood)} />
            <text className="chart-tick" x={edge.left - 4} y={y(likelihood) + 4} textAnchor="end">{likelihood * 100}&nbsp;%</text>
          </g>
        ))}
        {timeTicks(start, end, 5).map(({ at, name }) => (
          <text key={at} className="chart-tick" x={edge.left + at * (width - edge.right / 2 - edge.left)} y={height - 6} textAnchor="middle">{name}</text>
        ))}
        {asked && <line className="chart-ideal" x1={x(dayOf(asked.date))} x2={x(dayOf(asked.date))} y1={edge.top} y2={height - edge.bottom} />}
        <path className="chart-line" d={line<{ date: string; likelihood: number }>(({ date }) => x(dayOf(date)), ({ likelihood }) => y(likelihood)).curve(curveMonotoneX)(points) ?? ''} />
        {named.filter(({ date }) => date <= end).map(({ date, likelihood }) => <circle key={likelihood} className="chart-dot" cx={x(dayOf(date))} cy={y(likelihood)} r="3.5" />)}
        {asked && <rect className="chart-asked" x={x(dayOf(asked.date)) - 4} y={y(asked.likelihood) - 4} width="8" height="8" />}
        {asked && <text className="chart-label" x={x(dayOf(asked.date)) + (late ? -8 : 8)} y={late ? y(0.12) : y(0.9)} textAnchor={late ? 'end' : 'start'}>{formatLikelihood(asked.likelihood)} by {formatDate(asked.date)}</text>}
      </svg>
      <figcaption>{sentence}</figcaption>
      <details>
        <summary>As a table</summary>
        <table className="chart-table number">
          <thead><tr><th>Done by</th><th>Likelihood</th></tr></thead>
          <tbody>{points.filter((_, index) => index % every === 0).map(({ date, likelihood }) => <tr key={date}><td>{formatDate(date)}</td><td>{formatLikelihood(likelihood)}</td></tr>)}</tbody>
        </table>
      </details>
    </figure>
  );
}

/** Counts side by side, each with its number on it. `even` draws how high all were if they were alike. */
export function Bars({ counts, names, even, label }: { counts: number[]; names?: string[]; even?: boolean; label: string }) {
  const step = names ? 40 : 28;
  const bottom = 64;
  const y = scaleLinear([0, Math.max(1, ...counts)], [0, bottom - 16]);
  const mean = bottom - y(counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length));
  return (
    <svg className="bars" viewBox={`0 0 ${counts.length * step} ${names ? 80 : bottom + 1}`} width={counts.length * step} role="img" aria-label={label}>
      {counts.map((count, index) => <rect key={index} className="chart-bar" x={index * step + 3} width={step - 6} y={bottom - y(count)} height={y(count)} />)}
      <line className="chart-grid" x1="0" x2={counts.length * step} y1={bottom} y2={bottom} />
      {even && <line className="chart-ideal" x1="0" x2={counts.length * step} y1={mean} y2={mean} />}
      {counts.map((count, index) => (
        <g key={index}>
          <text className="chart-tick" x={(index + 0.5) * step} y={bottom - y(count) - 4} textAnchor="middle">{count}</text>
          {names && <text className="chart-tick" x={(index + 0.5) * step} y={78} textAnchor="middle">{names[index]}</text>}
        </g>
      ))}
    </svg>
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
