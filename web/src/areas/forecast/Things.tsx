import { useId, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Outlook, When } from '../../api/types';
import { Button, Chip, EmptyState, formatCount, formatDate, formatNumber, isUnlikely, ObjectLink, PageLink, useCursor, useKeys } from '../../kit';
import { timeTicks } from '../../kit/Chart';
import { ForecastBar, type Likely, type Tick } from '../../kit/ForecastBar';
import { along, type Axis, axisOf, dateAt, dateOf, plannedOf, whenOf } from '../../kit/likely';
import { aheadOf, amountOf, ordinal, percents, placeOf, soonerOf, splitOf } from './forecast';
import { Rests } from './Rests';

/** So many stand there at first: what is done first comes first, and the questions below stay near. */
const shownFirst = 24;

const share = (of: number) => `${of * 100}%`;

interface RowProps { thing: Likely; axis: Axis; ticks: Tick[]; outlook: Outlook; before: When | null | undefined; leaveOut: (reference: string) => void; ask: (reference: string) => void; row: ReturnType<ReturnType<typeof useCursor>['rowProps']> }

function Row({ thing, axis, ticks, outlook, before, leaveOut, ask, row }: RowProps) {
  const [told, setTold] = useState(false);
  const id = useId();
  const { reference, kind, title, items, unsplit, place, when } = thing;
  const planned = plannedOf(thing);
  const changed = before ? soonerOf(before, when) : null;
  return (
    <li {...row} className="forecast-row cursor-row">
      <div className="forecast-thing">
        <span className="cursor-link"><ObjectLink object={{ reference, kind, title }} /></span>
        <span className="forecast-place number">
          <span className="muted">{placeOf(thing)}</span>
          <AriaButton className="forecast-why cursor-over" aria-expanded={told} aria-controls={told ? id : undefined} onPress={() => setTold(!told)}>What it rests on<span className="only-heard">: {reference}</span></AriaButton>
          <AriaButton className="forecast-out cursor-over no-print" onPress={() => leaveOut(reference)}>Leave out<span className="only-heard"> {reference}</span></AriaButton>
          <AriaButton className="forecast-out cursor-over no-print" onPress={() => ask(reference)}>Ask<span className="only-heard"> about {reference}</span></AriaButton>
        </span>
      </div>
      <ForecastBar thing={thing} axis={axis} ticks={ticks} />
      <div className="forecast-dates number">
        <span>
          <span><span className="muted">50&nbsp;%</span> {dateOf(when['50'])}</span>
          <span><span className="muted">85&nbsp;%</span> {dateOf(when['85'])}</span>
        </span>
        {(changed ?? planned) !== null && (
          <span className="forecast-marks">
            {changed !== null && <Chip tone={changed.endsWith('sooner') ? 'done' : 'risk'}>{changed}</Chip>}
            {planned !== null && <Chip tone={isUnlikely(thing.likelihood) ? 'risk' : 'plain'}>{isUnlikely(thing.likelihood) ? '▲' : '◆'} {planned}</Chip>}
          </span>
        )}
      </div>
      {told && (
        <Rests
          id={id} basis={outlook.basis} when={when} teams={outlook.teams}
          items={[
            `It is done when the ${ordinal(place)} of ${amountOf(outlook.open, outlook.unsplit)} is: the last of its ${amountOf(items, unsplit)} in the order of the backlog, in which what is blocked comes after what blocks it.`,
            splitOf(outlook), aheadOf(thing),
          ].filter((sentence) => sentence !== null).join(' ')}
        />
      )}
    </li>
  );
}

/** What the shapes of a bar mean. */
function Legend({ cut }: { cut: boolean }) {
  const shape = (className: string, height: number) => <svg width="16" height="18" aria-hidden><rect className={className} x={height === 18 ? 6 : 0.5} width={height === 18 ? 3 : 15} y={9 - height / 2} height={height} /></svg>;
  return (
    <p className="forecast-legend">
      <span>{shape('forecast-half', 18)} half likely</span>
      <span>{shape('forecast-likely', 12)} to 85&nbsp;%</span>
      <span>{shape('forecast-nearly', 6)} to 95&nbsp;%</span>
      <span><span aria-hidden>◆</span> planned</span>
      <span className="forecast-legend-risk"><span aria-hidden>▲</span> planned, and less than half likely</span>
      {cut && <span><span aria-hidden>›</span> goes on</span>}
    </p>
  );
}

function Table({ things }: { things: Likely[] }) {
  return (
    <details className="forecast-table">
      <summary>As a table</summary>
      <div className="forecast-wide">
        <table className="number">
          <thead><tr><th>What</th><th>Items</th><th>Place</th>{percents.map((percent) => <th key={percent}>{percent}&nbsp;%</th>)}<th>Planned</th></tr></thead>
          <tbody>
            {things.map((thing) => (
              <tr key={thing.id}>
                <td><ObjectLink object={{ reference: thing.reference, kind: thing.kind, title: thing.title }} /></td><td>{formatNumber(thing.items)}</td><td>{formatNumber(thing.place)}</td>
                {percents.map((percent) => <td key={percent}>{dateOf(thing.when[percent])}</td>)}
                <td>{plannedOf(thing) ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function List({ outlook, now, things, leaveOut, ask }: { outlook: Outlook; now: Outlook; things: Likely[]; leaveOut: (reference: string) => void; ask: (reference: string) => void }) {
  const axis = axisOf(outlook.basis.day, things);
  // One that stood beside 'today', or stuck out at the end, is left away.
  const ticks = timeTicks(dateAt(axis.from), dateAt(axis.to), 5).filter(({ at }) => at > 0.12 && at < 0.97);
  const [all, setAll] = useState(false);
  const shown = all ? things : things.slice(0, shownFirst);
  const { here, rowProps } = useCursor(shown, 'Forecast');
  useKeys([
    { keys: 'x', does: 'Leave it out of the forecast', group: 'Forecast: do', run: () => { if (here) leaveOut(here.reference) } },
    { keys: 'a', does: 'Ask about it: its curve, its calendar, and how likely by a day', group: 'Forecast: do', run: () => { if (here) ask(here.reference) } },
  ]);
  const before = outlook === now ? undefined : new Map(now.things.map((thing) => [thing.id, thing.when]));
  return (
    <>
      <Legend cut={things.some(({ when }) => along(axis, when['95']) === 1)} />
      <div className="forecast-list">
        <div className="forecast-row forecast-head" aria-hidden>
          <span />
          <div className="forecast-axis">
            <span className="forecast-today">today</span>
            {ticks.map(({ at, name }) => <span key={at} style={{ insetInlineStart: share(at) }}>{name}</span>)}
          </div>
          <span />
        </div>
        <ul>{shown.map((thing) => <Row key={thing.id} thing={thing} axis={axis} ticks={ticks} outlook={outlook} before={before?.get(thing.id)} leaveOut={leaveOut} ask={ask} row={rowProps(thing.id)} />)}</ul>
      </div>
      {shown.length < things.length && <p><Button look="quiet" onPress={() => setAll(true)}>Show all {formatNumber(things.length)}</Button></p>}
      {outlook.more > 0 && (all || things.length <= shownFirst) && <p className="muted">and {formatNumber(outlook.more)} more</p>}
      <Table things={things} />
    </>
  );
}

function Backlog({ outlook, when, isWhatIf }: { outlook: Outlook; when: When; isWhatIf: boolean }) {
  const { open, unsplit, basis, teams, together } = outlook;
  const [told, setTold] = useState(false);
  const id = useId();
  if (open + unsplit === 0) return <p className="forecast-said">No item is open: the backlog is done.</p>;
  return (
    <div className="stack">
      <div className="forecast-whole">
        <p className="forecast-said number">{isWhatIf && <><Chip tone="doing">What if</Chip> </>}{amountOf(open, unsplit)}: {whenOf(when)}.</p>
        <AriaButton className="forecast-why" aria-expanded={told} aria-controls={told ? id : undefined} onPress={() => setTold(!told)}>What it rests on</AriaButton>
      </div>
      {told && <Rests id={id} basis={basis} when={when} teams={teams} items={[`All ${formatNumber(open)} open stories, bugs, tasks and spikes of the backlog, from the evening of ${formatDate(basis.day)} on.`, splitOf(outlook)].filter((sentence) => sentence !== null).join(' ')} />}
      {together !== null && <p className="muted">{together}</p>}
      {teams.length > 0 && <ul aria-label="Teams">{teams.map((team) => <li key={team.name} className="number">{team.name}: {formatCount(team.open, 'open item')}, {whenOf(team.when)}.</li>)}</ul>}
    </div>
  );
}

/** When the backlog and each of its wholes are done: as it is, or as it would be; `now` is as it is. */
export function Things({ outlook, now, leaveOut, ask }: { outlook: Outlook; now: Outlook; leaveOut: (reference: string) => void; ask: (reference: string) => void }) {
  const { when } = outlook;
  if (when === null) return <EmptyState>{outlook.basis.not_enough}</EmptyState>;
  const things = outlook.things.filter((thing): thing is Likely => thing.when !== null);
  return (
    <>
      <Backlog outlook={outlook} when={when} isWhatIf={outlook !== now} />
      {things.length > 0 ? <List outlook={outlook} now={now} things={things} leaveOut={leaveOut} ask={ask} /> : (
        <EmptyState action={<PageLink to="backlog">Open the backlog</PageLink>}>
          Here will stand, with their dates, the epics and releases that have open items, the initiatives that such items or epics are linked to by “delivers”, and what is promised.
        </EmptyState>
      )}
    </>
  );
}
