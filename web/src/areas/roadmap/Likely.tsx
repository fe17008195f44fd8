import { Chip, formatDate, isUnlikely } from '../../kit';
import { ForecastBar } from '../../kit/ForecastBar';
import { type Axis, plannedOf } from '../../kit/likely';
import type { Forecast } from './ahead';

/** When it is likely done, and how likely by the day it is meant for; drawn where there is an axis. */
export function Likely({ forecast, axis }: { forecast: Forecast; axis?: Axis }) {
  if (forecast === undefined) return <>{'\u00a0'}</>;
  if (forecast === 'unread') return <>The forecast could not be read</>;
  if (!forecast?.when) return <>No forecast yet</>;
  const { when, likelihood } = forecast;
  const [planned, risk] = [plannedOf(forecast), isUnlikely(likelihood)];
  return (
    <>
      {axis && <ForecastBar thing={{ ...forecast, when }} axis={axis} />}
      <span>{when['85'] ? `85\u00a0% likely by ${formatDate(when['85'])}` : 'Not likely within ten years'}</span>
      {planned !== null && <Chip tone={risk ? 'risk' : 'plain'}>{risk && '▲ '}{planned}</Chip>}
    </>
  );
}
