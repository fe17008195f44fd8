import type { Thing, When } from '../api/types';
import { isUnlikely } from './format';
import { along, type Axis, barOf } from './likely';
import './forecast-bar.css';

/** Where a day stands on an axis, 0 to 1. */
export interface Tick { at: number; name: string }
export type Likely = Thing & { when: When };

const share = (of: number) => `${of * 100}%`;

/** A tall edge at 50 %, thick to 85 %, thin to 95 %; an arrow where it goes on beyond the axis. */
function Shape({ when, axis, y }: { when: When; axis: Axis; y: number }) {
  const [half, likely, nearly] = [along(axis, when['50']), along(axis, when['85']), along(axis, when['95'])];
  return (
    <>
      <line className="forecast-wait" x1="0" x2={share(half)} y1={y} y2={y} />
      {nearly > likely && <rect className="forecast-nearly" x={share(likely)} width={share(nearly - likely)} y={y - 3} height="6" />}
      {likely > half && <rect className="forecast-likely" x={share(half)} width={share(likely - half)} y={y - 6} height="12" />}
      {half < 1 && <svg x={share(half)} y={y} overflow="visible"><rect className="forecast-half" x="-1" width="3" y="-9" height="18" rx="1" /></svg>}
      {nearly === 1 && <svg x="100%" y={y} overflow="visible"><path className="forecast-on" d="m3-5 5 5-5 5" /></svg>}
    </>
  );
}

/** The planned day, above the bar so that neither hides the other; its shape is that of the words. */
function Planned({ thing, axis }: { thing: Thing; axis: Axis }) {
  if (thing.planned === null) return null;
  const risk = isUnlikely(thing.likelihood);
  return (
    <svg x={share(along(axis, thing.planned))} overflow="visible" className={risk ? 'forecast-planned risk' : 'forecast-planned'}>
      <line y1="6" y2="28" />
      <path d={risk ? 'M0 0 5 9H-5z' : 'M0 0 5 5 0 10-5 5z'} />
    </svg>
  );
}

/** When something is likely done, along an axis that others share. */
export function ForecastBar({ thing, axis, ticks = [] }: { thing: Likely; axis: Axis; ticks?: Tick[] }) {
  return (
    <svg className="forecast-bar" role="img" aria-label={barOf(thing)}>
      {ticks.map(({ at }) => <line key={at} className="forecast-tick" x1={share(at)} x2={share(at)} y1="0" y2="100%" />)}
      <Shape when={thing.when} axis={axis} y={19} />
      <Planned thing={thing} axis={axis} />
    </svg>
  );
}
