import { useState } from 'react';
import { api } from '../../api/client';
import type { Promise as Promised } from '../../api/types';
import { act, type Chosen, ChooseThings, confidences, FormDialog, formatPeriod, may, parsePeriod, Select, TextArea, TextField, usePeek, useProduct, useRelations } from '../../kit';
import { promisePath, promisesAgain, promisesPath } from './promises';

/** A new promise, or the words, the audience and the day of one. */
export function PromiseForm({ promise: given, onClose }: { promise?: Promised; onClose: () => void }) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [promise] = useState(given);
  const product = useProduct();
  const { open } = usePeek();
  const kinds = useRelations().find(({ relation }) => relation === 'promises')?.to ?? [];
  const [title, setTitle] = useState(promise?.title ?? '');
  const [audience, setAudience] = useState(promise?.audience ?? '');
  const [due, setDue] = useState(formatPeriod(promise?.due ?? ''));
  const [confidence, setConfidence] = useState(promise?.confidence?.toString() ?? 'none');
  const [body, setBody] = useState(promise?.body ?? '');
  const [about, setAbout] = useState<Chosen[]>([]);
  const fields = { title: title.trim(), audience: audience.trim(), due: parsePeriod(due), confidence: confidence === 'none' ? null : Number(confidence), body };
  const put = (body: object, version: number) => api.patch(promisePath, { path: { promise: promise!.id }, body, version });
  return (
    <FormDialog<Promised>
      title={promise ? `Edit ${promise.reference}` : 'New promise'} submit={promise ? 'Save' : 'Promise'} ready={fields.title !== '' && fields.audience !== '' && fields.due !== ''}
      allowed={may(product.can, 'roadmap')} onClose={onClose} onSaved={(saved) => { if (!promise) open(saved.reference) }}
      save={({ refused, version }) => act<Promised>({
        run: (back) => (promise
          ? put(fields, back?.version ?? version ?? promise.version)
          : api.post(promisesPath, { path: { product: product.key }, body: { ...fields, confidence: fields.confidence ?? undefined, about: about[0]?.id } })),
        done: promise ? `${promise.reference} saved` : 'Promise written down', refused, refresh: promisesAgain,
        undo: promise && ((now) => put({ title: promise.title, audience: promise.audience, due: promise.due, confidence: promise.confidence, body: promise.body }, now.version)),
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="What is promised" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus />
          <TextField label="To whom" value={audience} onChange={setAudience} error={errorOf('audience')} required placeholder="Atlas Freight, all customers, the board" />
          <div className="roadmap-pair">
            <TextField label="By when" value={due} onChange={setDue} error={errorOf('due')} required placeholder="Q4 2026" help="A month, a quarter, a half or a year." />
            <Select label="Confidence" value={confidence} onChange={setConfidence} options={confidences} error={errorOf('confidence')} />
          </div>
          {!promise && <ChooseThings label="About" add="Choose what it is about…" kinds={kinds} chosen={about} onChange={setAbout} most={1} error={errorOf('about')} />}
          <TextArea label="Its exact words, and what it depends on" value={body} onChange={setBody} error={errorOf('body')} rows={3} />
        </>
      )}
    </FormDialog>
  );
}
