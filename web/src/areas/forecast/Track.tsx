import type { Backtest } from '../../api/types';
import { formatCount, Load, useGet, useProduct } from '../../kit';
import { Bars } from '../../kit/Chart';
import { trackOf, widthOf } from './forecast';

const names = Array.from({ length: 10 }, (_, tenth) => `${tenth * 10}–${tenth * 10 + 10}`);

// What happened, unlike what is foretold, can be all or nothing.
const percentOf = (share: number) => `${Math.round(share * 100)}\u00a0%`;

function Came({ past, fewest }: { past: Backtest; fewest: number }) {
  return (
    <>
      <p className="forecast-said number">{trackOf(past, fewest)}</p>
      <div className="forecast-record">
        <div className="stack">
          <table className="chart-table number">
            <thead><tr><th>Said</th><th>Came true</th><th>Plain resampling</th></tr></thead>
            <tbody>
              {(['50', '85', '95'] as const).map((percent) => (
                <tr key={percent}><td>{percent}&nbsp;%</td><td>{percentOf(past.coverage[percent])}</td><td>{percentOf(past.naive_coverage[percent])}</td></tr>
              ))}
            </tbody>
          </table>
          <p>{widthOf(past)}</p>
        </div>
        {past.forecasts >= fewest && (
          <figure className="chart">
            <Bars even counts={past.tenths} names={names} label={`Forecasts by the likelihood they had given to what happened: ${past.tenths.map((count, tenth) => `${count} at ${names[tenth]} %`).join(', ')}`} />
            <figcaption>The {formatCount(past.tenths.reduce((sum, count) => sum + count, 0), 'forecast')} whose 95&nbsp;% date is over, by the likelihood, in percent, that each had given to what then happened. The evener the bars, the more a likelihood means what it says.</figcaption>
          </figure>
        )}
      </div>
    </>
  );
}

/** How often such forecasts came true. It is worked out from years of work and changes slowly: read once, not with each item. */
export function Track() {
  const product = useProduct();
  const query = useGet('/products/{product}/forecast/backtest', { path: { product: product.key } });
  return (
    <Load query={query} rows={3}>
      {({ backtest, fewest }) => (backtest === null
        ? <p className="muted">Of no past forecast is known yet whether it came true.</p>
        : <Came past={backtest} fewest={fewest} />)}
    </Load>
  );
}
