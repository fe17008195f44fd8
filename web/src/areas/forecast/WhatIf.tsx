import { X } from 'lucide-react';
import { Problem } from '../../api/client';
import type { Outlook } from '../../api/types';
import { Button, Checkbox, ErrorState, formatCount, IconButton, itemKinds, KindGlyph, TextField, useGet, useProduct, useUrlText } from '../../kit';
import { paceOfProgress, soonerOf, wrongPace } from './forecast';
import { useHeld, useSettled } from './settled';

/** What would be otherwise, kept in the address so that it can be shown to somebody. */
export function useWhatIf() {
  const product = useProduct();
  const [out, setOut] = useUrlText('without');
  const [pace, setPace] = useUrlText('pace');
  const [away, setAway] = useUrlText('away');
  const [arriving, setArriving] = useUrlText('arriving');
  const said = { without: out, pace: useSettled(pace), away: useSettled(away), arriving };
  const isAsked = Object.values(said).some((text) => text !== '');
  const wrong = wrongPace(said.pace);
  const given = (text: string) => (text === '' ? undefined : text);
  const query = useGet(
    '/products/{product}/forecast',
    { path: { product: product.key }, query: { without: given(said.without), pace: given(said.pace) === undefined ? undefined : Number(said.pace), away: given(said.away), arriving: said.arriving === 'false' ? false : undefined } },
    { live: [...itemKinds, 'initiative', 'release', 'promise'], enabled: isAsked && wrong === undefined },
  );
  const answer = useHeld(query.data, isAsked);
  const refusal = query.error instanceof Problem ? query.error : undefined;
  const left = out === '' ? [] : out.split(',');
  return {
    outlook: isAsked && wrong === undefined && query.error === null ? answer : undefined, isAsked,
    trouble: refusal === undefined || refusal.body.field === undefined ? query.error : null, again: () => void query.refetch(), left, pace, setPace, away, setAway,
    arriving: arriving !== 'false', setArriving: (on: boolean) => setArriving(on ? '' : 'false'),
    leaveOut: (reference: string) => setOut([...new Set([...left, reference])].join(',')),
    takeIn: (reference: string) => setOut(left.filter((one) => one !== reference).join(',')),
    forget: () => {
      setOut('');
      setPace('');
      setAway('');
      setArriving('');
    },
    errorOf: (field: 'without' | 'pace' | 'away') => (field === 'pace' ? wrong : undefined) ?? (refusal?.body.field === field ? refusal.message : undefined),
  };
}

/** How many are in progress at once is another way to say a pace. */
function InProgress({ now, pace, setPace }: { now: number; pace: string; setPace: (pace: string) => void }) {
  if (now === 0) return null;
  const atOnce = pace === '' || wrongPace(pace) !== undefined ? '' : String(Math.round((Number(pace) * now) / 100));
  return <TextField label="In progress at once" type="number" min={1} value={atOnce} onChange={(text) => setPace(paceOfProgress(Number(text), now)?.toString() ?? '')} placeholder={String(now)} help="At best: each takes as long as now. Where more at once makes each slower, nothing is won." />;
}

/** Less to do, another pace, days on which nobody works: and what that does to the dates. */
export function WhatIf({ now, then: { outlook, isAsked, left, takeIn, forget, trouble, again, errorOf, ...then } }: { now: Outlook; then: ReturnType<typeof useWhatIf> }) {
  const named = (reference: string) => now.things.find((thing) => thing.reference === reference);
  return (
    <div className="forecast-if">
      <div className="forecast-ask">
        <TextField label="Pace, in percent of today’s" value={then.pace} onChange={then.setPace} placeholder="100" error={errorOf('pace')} help="125 when a fifth joins four." />
        <InProgress now={now.in_progress} pace={then.pace} setPace={then.setPace} />
        <TextField label="Nobody works" value={then.away} onChange={then.setAway} placeholder="2026-12-24..2027-01-03" error={errorOf('away')} help="Weekends included; several with commas between. Those noted in the settings count anyway." />
      </div>
      {now.things.some(({ ahead }) => ahead >= 0.005) && <Checkbox label="New work goes on coming in ahead, as it did lately" checked={then.arriving} onChange={then.setArriving} />}
      {left.length > 0 && (
        <ul className="forecast-left" aria-label="Left out">
          {left.map((reference) => {
            const thing = named(reference);
            return (
              <li key={reference} className="chip">
                {thing && <KindGlyph kind={thing.kind} />}<span className="cut">{reference}{thing && ` ${thing.title}`}</span>
                <IconButton icon={X} label={`Take ${reference} in again`} onPress={() => takeIn(reference)} />
              </li>
            );
          })}
        </ul>
      )}
      {errorOf('without') !== undefined && <p className="field-error">{errorOf('without')}</p>}
      {trouble !== null && <ErrorState problem={trouble} onRetry={again} />}
      {isAsked && (
        <p className="row wrap" role="status">
          {outlook?.when && now.when && <span className="number">{formatCount(outlook.open, 'item')} then: {soonerOf(now.when, outlook.when) ?? 'at the same time'}.</span>}
          <Button look="quiet" onPress={forget}>As it is</Button>
        </p>
      )}
      {!isAsked && <p className="muted">X leaves out the thing under the cursor, as its “Leave out” does. Nothing is changed by it.</p>}
    </div>
  );
}
