import type { ObjectView } from '../../api/types';
import { formatAgo, formatMoment, Load, More, PartTitle, PersonBadge, usePages } from '../../kit';

export function History({ object }: { object: ObjectView }) {
  const history = usePages('/objects/{object}/history', { path: { object: object.reference }, query: { limit: 20 } });
  return (
    <section className="section" aria-label="History">
      <PartTitle>History</PartTitle>
      <Load query={history} rows={3}>
        {(rows) => (
          <ol className="history">
            {rows.map((activity) => (
              <li key={activity.seq} className="row">
                <PersonBadge person={activity.actor} />
                <span className="grow">{activity.sentence}</span>
                <time className="muted" dateTime={activity.at} title={formatMoment(activity.at)}>{formatAgo(activity.at)}</time>
              </li>
            ))}
          </ol>
        )}
      </Load>
      <More pages={history} label="Show older" />
    </section>
  );
}
