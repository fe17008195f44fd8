import type { Basis, Outlook, When } from '../../api/types';
import { Fact, Facts, formatCount, formatDate } from '../../kit';
import { Bars } from '../../kit/Chart';
import { dateOf } from '../../kit/likely';
import { percents } from './forecast';

/** All dates a forecast names. */
export function Dates({ when }: { when: When }) {
  return <Facts>{percents.map((percent) => <Fact key={percent} label={`${percent}\u00a0% likely by`}><span className="number">{dateOf(when[percent])}</span></Fact>)}</Facts>;
}

/** What a forecast rests on: which items, which weeks, how many samples. */
export function Rests({ basis, when, items, teams, id }: { basis: Basis; when: When; items: string; teams: Outlook['teams']; id: string }) {
  const { weeks, finished, first, last } = basis;
  return (
    <div className="forecast-rests cursor-over" id={id}>
      <Dates when={when} />
      <p>{items}</p>
      <p>The pace is that of the last {formatCount(weeks.length, 'week')}. How far it may be off is learned from what became of up to twenty forecasts of the past, six weeks apart{first !== null && last !== null && `; ${formatCount(finished, 'item was', 'items were')} finished from ${formatDate(first)} to ${formatDate(last)}`}.</p>
      {teams.length > 0 && <p>Each team goes its own pace: {teams.map(({ name, basis: own }) => `${name} finished ${own.weeks.join(', ')}`).join('; ')} items in each of these weeks. What several work on is done when the last of them is.</p>}
      <div>
        <p className="muted">Items finished in each of these weeks, the oldest first</p>
        <Bars counts={weeks} label={`Items finished in each week, the oldest first: ${weeks.join(', ')}`} />
      </div>
    </div>
  );
}
