import { useState } from 'react';
import { Problem } from '../../api/client';
import type { ForecastAnswer } from '../../api/types';
import { EmptyState, formatDate, formatLikelihood, formatNumber, itemKinds, Load, TextField, useGet, useProduct, useUrlText } from '../../kit';
import { LikelihoodChart } from '../../kit/Chart';
import { whenOf } from '../../kit/likely';
import { itemsOf, percents, wrongDay, wrongItems } from './forecast';
import { Dates } from './Rests';
import { useHeld, useSettled } from './settled';

function By({ items, by: { date, likelihood, how_many: many } }: { items: string; by: NonNullable<ForecastAnswer['by']> }) {
  return (
    <p className="number">
      {items === '1' ? 'The one' : `All ${itemsOf(items)}`} by {formatDate(date)}: <strong>{formatLikelihood(likelihood)}</strong>.
      {' '}By then at least: {percents.map((percent) => `${formatNumber(many[percent] ?? 0)} (${percent}\u00a0%)`).join(', ')}.
    </p>
  );
}

function Answer({ told: { basis, items, when, curve, by } }: { told: ForecastAnswer }) {
  if (when === null) return <EmptyState>{basis.not_enough}</EmptyState>;
  const sentence = `${itemsOf(items)}: ${whenOf(when)}.`;
  const dated = when['50'] !== null;
  // A curve that has hardly left the ground says nothing.
  const drawn = dated && (curve.at(-1)?.likelihood ?? 0) >= 0.05;
  return (
    <div className="forecast-answer">
      <div className="stack" role="status">
        {dated ? <Dates when={when} /> : <p>{sentence}</p>}
        {by && by.date > basis.day && <By items={items} by={by} />}
      </div>
      {drawn && <LikelihoodChart curve={curve} when={when} by={by} sentence={sentence} />}
    </div>
  );
}

/** When so many items are done, and how many by a day. Begins with what is open. */
export function Ask({ open }: { open: number }) {
  const product = useProduct();
  const [inUrl, setItems] = useUrlText('items');
  const [day, setDay] = useUrlText('by');
  const [typed, setTyped] = useState(false);
  const text = inUrl === '' && !typed ? String(open === 0 ? 10 : open) : inUrl;
  const items = useSettled(text);
  const by = useSettled(day);
  const wrong = { items: wrongItems(items), by: wrongDay(by) };
  const can = items !== '' && wrong.items === undefined && wrong.by === undefined;
  const query = useGet('/products/{product}/forecast/items', { path: { product: product.key }, query: { items, by } }, { live: itemKinds, enabled: can });
  const told = useHeld(query.data, true);
  const refusal = query.error instanceof Problem && query.error.status === 422 ? query.error : undefined;
  const errorOf = (field: 'items' | 'by') => wrong[field] ?? (refusal?.body.field === field ? refusal.message : undefined);
  const over = told?.by && told.by.date <= told.basis.day && told.by.date === by;
  return (
    <>
      <form className="forecast-ask" onSubmit={(event) => event.preventDefault()}>
        <TextField label="Items" value={text} onChange={(next) => { setTyped(true); setItems(next) }} error={errorOf('items')} help="A range as 30..45 where some are not split yet." />
        <TextField label="By" type="date" value={day} onChange={setDay} error={errorOf('by')} help={over ? 'That day is over, or it is today.' : 'Leave it empty when there is no day to keep.'} />
      </form>
      <div className="forecast-told">
        {items === '' && <p className="muted">Say how many items, and the answer stands here.</p>}
        {can && !refusal && <Load query={{ data: query.error ? undefined : told, error: query.error }} rows={4}>{(answer) => <Answer told={answer} />}</Load>}
      </div>
    </>
  );
}
