import { type ReactNode, useState } from 'react';
import { Problem } from '../../api/client';
import type { ForecastAnswer } from '../../api/types';
import { ChooseThings, EmptyState, formatDate, formatLikelihood, formatNumber, itemKinds, Load, TextField, useGet, useProduct, useUrlText } from '../../kit';
import { LikelihoodChart } from '../../kit/Chart';
import { whenOf } from '../../kit/likely';
import { Calendar } from './Calendar';
import { aheadOf, amountOf, itemsOf, percents, placeOf, wrongDay, wrongItems } from './forecast';
import { Dates } from './Rests';
import { useHeld, useSettled } from './settled';

const askable = ['epic', 'story', 'bug', 'task', 'spike', 'initiative', 'release', 'promise'] as const;

function By({ items, by: { date, likelihood, how_many: many } }: { items: string; by: NonNullable<ForecastAnswer['by']> }) {
  return (
    <p className="number">
      {items === '1' ? 'The one' : `All ${itemsOf(items)}`} by {formatDate(date)}: <strong>{formatLikelihood(likelihood)}</strong>.
      {' '}By then at least: {percents.map((percent) => `${formatNumber(many[percent] ?? 0)} (${percent}\u00a0%)`).join(', ')}.
    </p>
  );
}

interface Told { day: string; when: ForecastAnswer['when']; curve: ForecastAnswer['curve']; by: ForecastAnswer['curve'][number] | null; what: string; why: string | null }

/** The dates, the curve and the calendar of whatever was asked for. */
function Answer({ told: { day, when, curve, by, what, why }, asked, onChoose, children }: { told: Told; asked: string; onChoose: (day: string) => void; children?: ReactNode }) {
  if (when === null) return <EmptyState>{why}</EmptyState>;
  const sentence = `${what}: ${whenOf(when)}.`;
  const dated = when['50'] !== null;
  // A curve that has hardly left the ground says nothing.
  const drawn = dated && (curve.at(-1)?.likelihood ?? 0) >= 0.05;
  return (
    <div className="stack">
      <div className="forecast-answer">
        <div className="stack" role="status">
          {dated ? <Dates when={when} /> : <p>{sentence}</p>}
          {children}
        </div>
        {drawn && <LikelihoodChart curve={curve} when={when} by={by} sentence={sentence} />}
      </div>
      {dated && <Calendar day={day} when={when} by={asked} onChoose={onChoose} />}
    </div>
  );
}

/** When so many items are done, or all of what is chosen, and how much by a day. Begins with what is open. */
export function Ask({ open }: { open: number }) {
  const product = useProduct();
  const [of, setOf] = useUrlText('of');
  const [inUrl, setItems] = useUrlText('items');
  const [day, setDay] = useUrlText('by');
  const [typed, setTyped] = useState(false);
  const chosen = of !== '';
  const text = inUrl === '' && !typed ? String(open === 0 ? 10 : open) : inUrl;
  const items = useSettled(text);
  const by = useSettled(day);
  const wrong = { items: wrongItems(items), by: wrongDay(by) };
  const can = wrong.by === undefined && (chosen || (items !== '' && wrong.items === undefined));
  const path = { product: product.key };
  const counted = useGet('/products/{product}/forecast/items', { path, query: { items, by } }, { live: itemKinds, enabled: can && !chosen });
  const things = useGet('/products/{product}/forecast/things', { path, query: { of, by: by === '' ? undefined : by } }, { live: [...itemKinds, 'initiative', 'release', 'promise'], enabled: can && chosen });
  const toldCount = useHeld(counted.data, !chosen);
  const toldThings = useHeld(things.data, chosen);
  const asked = chosen ? things : counted;
  const refusal = asked.error instanceof Problem && asked.error.status === 422 ? asked.error : undefined;
  const errorOf = (field: 'items' | 'by' | 'of') => (field === 'of' ? undefined : wrong[field]) ?? (refusal?.body.field === field ? refusal.message : undefined);
  const today = (chosen ? toldThings : toldCount)?.basis.day;
  const over = today !== undefined && day !== '' && day <= today;
  return (
    <>
      <form className="forecast-ask" onSubmit={(event) => event.preventDefault()}>
        {!chosen && <TextField label="Items" value={text} onChange={(next) => { setTyped(true); setItems(next) }} error={errorOf('items')} help="A range as 30..45 where some are not split yet." />}
        <TextField label="By" type="date" value={day} onChange={setDay} error={errorOf('by')} help={over ? 'That day is over, or it is today.' : 'Leave it empty when there is no day to keep.'} />
        <ChooseThings
          label="All of these" add="Choose what…" kinds={askable} most={20} error={errorOf('of')} help={chosen ? undefined : 'Items, epics, initiatives, releases or promises, in their place in the order.'}
          chosen={chosen ? (toldThings?.of ?? []) : []} onChange={(next) => setOf(next.map(({ reference }) => reference).join(','))}
        />
      </form>
      <div className="forecast-told">
        {!chosen && items === '' && <p className="muted">Say how many items, and the answer stands here.</p>}
        {can && !refusal && !chosen && (
          <Load query={{ data: counted.error ? undefined : toldCount, error: counted.error }} rows={4}>
            {({ basis, items: told, when, curve, by: then }) => (
              <Answer told={{ day: basis.day, when, curve, by: then, what: itemsOf(told), why: basis.not_enough }} asked={day} onChoose={setDay}>
                {then && then.date > basis.day && <By items={told} by={then} />}
              </Answer>
            )}
          </Load>
        )}
        {can && !refusal && chosen && (
          <Load query={{ data: things.error ? undefined : toldThings, error: things.error }} rows={4}>
            {({ basis, items: many, unsplit, place, ahead, when, curve, by: then }) => (
              <Answer told={{ day: basis.day, when, curve, by: then, what: amountOf(many, unsplit), why: basis.not_enough ?? 'All of it is done.' }} asked={day} onChoose={setDay}>
                <p className="number">{placeOf({ items: many, unsplit, place })}. {aheadOf({ ahead })}</p>
                {then && then.date > basis.day && <p className="number">All of it by {formatDate(then.date)}: <strong>{formatLikelihood(then.likelihood)}</strong>.</p>}
              </Answer>
            )}
          </Load>
        )}
      </div>
    </>
  );
}
