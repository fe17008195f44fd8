import { Chip, formatDate, formatLikelihood, isUnlikely } from '../../kit';
import type { Forecast } from './ahead';

/** When it is likely done, and how likely by the day it is meant for. */
export function Likely({ forecast }: { forecast: Forecast }) {
  if (forecast === undefined) return <>{'\u00a0'}</>;
  if (forecast === 'unread') return <>The forecast could not be read</>;
  if (!forecast?.when) return <>No forecast yet</>;
  const { when, planned, likelihood } = forecast;
  const risk = isUnlikely(likelihood);
  return (
    <>
      <span>{when['85'] ? `85\u00a0% likely by ${formatDate(when['85'])}` : 'Not likely within ten years'}</span>
      {planned !== null && likelihood !== null && <Chip tone={risk ? 'risk' : 'plain'}>{risk && '▲ '}{formatLikelihood(likelihood)} by {formatDate(planned)}</Chip>}
    </>
  );
}
