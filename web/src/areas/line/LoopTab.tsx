import { Fragment } from 'react';
import { EmptyState, formatCount, formatNumber, Load, More, ObjectLink, PageLink, Section, useCursor, useGet, usePages, useProduct } from '../../kit';
import type { FeedbackLoop, Kind } from '../../api/types';
import { days, endSentence, legSentence, stationNames, stations, waitingSentence, waitsFor } from './loop';

const loopPath = '/products/{product}/loop';
const live: Kind[] = ['feedback', 'customer', 'opportunity', 'initiative', 'epic', 'story', 'bug', 'task', 'spike', 'release'];
const shown = 50;

function Stations({ loop }: { loop: FeedbackLoop }) {
  const waiting = new Map(loop.waiting.map(({ station, count }) => [station, count]));
  return (
    <figure className="stack">
      <ol className="line-loop" aria-label="The loop">
        {stations.map((station, index) => {
          const leg = loop.legs.find(({ to, from }) => to === station && from === stations[index - 1]);
          const count = waiting.get(station) ?? 0;
          return (
            <Fragment key={station}>
              {index > 0 && (
                <li className="line-leg number">
                  <span className="line-leg-median">{leg ? days(leg.median_days) : '–'}</span>
                  <span className="line-leg-rule" aria-hidden />
                  <span className="muted">85 %: {leg ? days(leg.p85_days) : '–'}</span>
                </li>
              )}
              <li className="line-station">
                <span className="line-station-dot" aria-hidden />
                <strong>{stationNames[station]}</strong>
                {index > 0 && <span className={count > 0 ? 'line-station-waits' : 'muted'}>{count > 0 ? `${formatNumber(count)} ${count === 1 ? 'waits' : 'wait'}` : 'none waits'}</span>}
              </li>
            </Fragment>
          );
        })}
      </ol>
      <figcaption className="line-told">
        {loop.legs.map((leg) => <p key={`${leg.from} ${leg.to}`}>{legSentence(leg)}</p>)}
        <p>{endSentence(loop)}</p>
      </figcaption>
      <details>
        <summary className="muted">As a table</summary>
        <div className="line-table-wrap">
          <table className="line-table number">
            <thead><tr><th scope="col">Leg</th><th scope="col">Came through</th><th scope="col">Half within</th><th scope="col">85 of 100 within</th><th scope="col">Wait for its end</th></tr></thead>
            <tbody>
              {loop.legs.map(({ from, to, count, median_days: median, p85_days: p85 }, index) => (
                <tr key={`${from} ${to}`}>
                  <th scope="row">{stationNames[from]} → {stationNames[to]}</th><td>{formatNumber(count)}</td><td>{days(median)}</td><td>{days(p85)}</td>
                  <td>{formatNumber(index < stations.length - 1 ? (waiting.get(to) ?? 0) : loop.waiting.reduce((sum, one) => sum + one.count, 0))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function Waiting({ rows: found }: { rows: FeedbackLoop['rows'] }) {
  const rows = found.map((row) => ({ ...row, id: row.feedback.id, reference: row.feedback.reference }));
  const { rowProps } = useCursor(rows, 'Who waits longest');
  return (
    <ul className="line-rows">
      {rows.map(({ id, feedback, customer, waits_for: station, days: since }) => (
        <li key={id} {...rowProps(id)} className="line-row cursor-row">
          <span className="number line-waits">{formatCount(since, 'day')}</span>
          <span className="cursor-link grow"><ObjectLink object={feedback} /></span>
          {customer && <span className="cursor-over"><ObjectLink object={customer} bare /></span>}
          <span className="muted">{waitsFor(station)}</span>
        </li>
      ))}
    </ul>
  );
}

/** From what a customer said to the customer knowing what became of it, and who waits for that. */
export function LoopTab() {
  const product = useProduct();
  const path = { product: product.key };
  const loop = useGet(loopPath, { path, query: { limit: 1 } }, { live });
  const pages = usePages(loopPath, { path, query: { limit: shown } }, { live });
  return (
    <Load query={loop} rows={8}>
      {(told) => {
        const waits = told.waiting.reduce((sum, { count }) => sum + count, 0);
        if (waits + told.told + told.declined + told.postponed === 0) {
          return <EmptyState action={<PageLink to="feedback">Add feedback</PageLink>}>The loop says how long it takes until whoever asked for something knows what became of it. It begins with feedback.</EmptyState>;
        }
        return (
          <>
            <Stations loop={told} />
            <Section title="Who waits longest">
              <p className="line-sentence">{waitingSentence(told.waiting)}</p>
              <Load query={pages} rows={6}>{(rows) => <Waiting rows={rows} />}</Load>
              <More pages={pages} />
            </Section>
          </>
        );
      }}
    </Load>
  );
}
