import { useState } from 'react';
import type { ObjectView } from '../../api/types';
import { Button, formatAgo, formatMoment, Load, PersonBadge, useGet } from '../../kit';

export function History({ object }: { object: ObjectView }) {
  const [limit, setLimit] = useState(20);
  const history = useGet('/objects/{object}/history', { path: { object: object.reference }, query: { limit } });
  return (
    <section className="section" aria-label="History">
      <h3 className="section-title">History</h3>
      <Load query={history} rows={3}>
        {({ rows, next }) => (
          <>
            <ol className="history">
              {rows.map((activity) => (
                <li key={activity.seq} className="row">
                  <PersonBadge person={activity.actor} />
                  <span className="grow">{activity.sentence}</span>
                  <time className="muted" dateTime={activity.at} title={formatMoment(activity.at)}>{formatAgo(activity.at)}</time>
                </li>
              ))}
            </ol>
            {next !== null && <div><Button look="quiet" onPress={() => setLimit(limit + 80)}>Show older</Button></div>}
          </>
        )}
      </Load>
    </section>
  );
}
