import type { When } from '../../api/types';
import { formatDate } from '../../kit';
import { likelyOn, monthsOf } from './forecast';

const weekdays = ['M', 'T', 'W', 'T', 'F', 'S', 'S'];
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
/** So many months are drawn; what is likely only later stands in the dates beside it. */
const most = 9;

/**
 * The days to come, the darker the likelier that all is done by then. A click makes a day the one that is asked about; the
 * field beside it does the same, so nobody needs this to be read out.
 */
export function Calendar({ day, when, by, onChoose }: { day: string; when: When; by: string; onChoose: (day: string) => void }) {
  const end = when['95'] ?? when['85'] ?? when['70'] ?? when['50'];
  if (!end) return null;
  const months = monthsOf(day, end);
  return (
    <figure className="forecast-calendar" aria-hidden>
      <div className="forecast-months">
        {months.slice(0, most).map(({ first, blank, days }) => (
          <div key={first}>
            <p className="muted">{monthName.format(new Date(first))}</p>
            <div className="forecast-month number">
              {weekdays.map((name, index) => <span key={index} className="muted">{name}</span>)}
              {Array.from({ length: blank }, (_, index) => <span key={`blank ${index}`} />)}
              {days.map((date) => (
                <button key={date} type="button" tabIndex={-1} className={`forecast-day ${likelyOn(date, day, when)}${date === by ? ' asked' : ''}`} title={formatDate(date)} onClick={() => onChoose(date)}>{Number(date.slice(8))}</button>
              ))}
            </div>
          </div>
        ))}
      </div>
      <figcaption className="forecast-legend">
        <span><i className="forecast-day none" /> less than half likely</span>
        <span><i className="forecast-day half" /> from 50&nbsp;%</span>
        <span><i className="forecast-day more" /> from 70&nbsp;%</span>
        <span><i className="forecast-day likely" /> from 85&nbsp;%</span>
        <span><i className="forecast-day nearly" /> from 95&nbsp;%</span>
      </figcaption>
    </figure>
  );
}
