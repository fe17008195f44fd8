import { useState } from 'react';
import { api } from '../../api/client';
import type { KeyResult, Objective } from '../../api/types';
import { act, Button, confidences, Dialog, formatCount, FormDialog, formatPeriod, may, parsePeriod, Select, TextArea, TextField, usePeek, useProduct } from '../../kit';
import { again, deleteKeyResult, objectivePath, objectivesPath } from './actions';
import { formatValue } from './measure';

const numberOf = (text: string) => (text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.')));

export function ObjectiveForm({ objective: given, onClose }: { objective?: Objective; onClose: () => void }) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [objective] = useState(given);
  const product = useProduct();
  const { open } = usePeek();
  const [title, setTitle] = useState(objective?.title ?? '');
  const [period, setPeriod] = useState(formatPeriod(objective?.period ?? ''));
  const [body, setBody] = useState(objective?.body ?? '');
  const fields = { title: title.trim(), body, period: period.trim() === '' ? null : parsePeriod(period) };
  return (
    <FormDialog<Objective>
      title={objective ? `Edit ${objective.reference}` : 'New objective'} submit={objective ? 'Save' : 'Create'} ready={fields.title !== ''}
      allowed={may(product.can, 'objectives')} onClose={onClose} onSaved={(saved) => { if (!objective) open(saved.reference) }}
      save={({ refused, version }) => act<Objective>({
        run: (back) => (objective
          ? api.patch(objectivePath, { path: { objective: objective.id }, body: fields, version: back?.version ?? version ?? objective.version })
          : api.post(objectivesPath, { path: { product: product.key }, body: { ...fields, period: fields.period ?? undefined } })),
        done: objective ? `${objective.reference} saved` : 'Objective created', refused, refresh: again,
        undo: objective && ((now) => api.patch(objectivePath, { path: { objective: now.id }, body: { title: objective.title, body: objective.body, period: objective.period || null }, version: now.version })),
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Objective" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus help="What will be different, in words that people can follow." />
          <TextField label="Period" value={period} onChange={setPeriod} error={errorOf('period')} placeholder="Q4 2026" />
          <TextArea label="Why it matters" value={body} onChange={setBody} error={errorOf('body')} rows={4} />
        </>
      )}
    </FormDialog>
  );
}

const units: { id: KeyResult['unit']; label: string }[] = [
  { id: 'number', label: 'Number' }, { id: 'percent', label: 'Percent' }, { id: 'currency', label: 'Money' }, { id: 'yes_no', label: 'Yes or no' },
];

export function KeyResultForm({ objective: given, result, onClose }: { objective: Objective; result?: KeyResult; onClose: () => void }) {
  const [objective] = useState(given);
  const product = useProduct();
  const [title, setTitle] = useState(result?.title ?? '');
  const [unit, setUnit] = useState<KeyResult['unit']>(result?.unit ?? 'number');
  const [baseline, setBaseline] = useState(String(result?.baseline ?? ''));
  const [target, setTarget] = useState(String(result?.target ?? ''));
  const measured = unit !== 'yes_no';
  const fields = { title: title.trim(), unit, baseline: measured ? numberOf(baseline) : 0, target: measured ? numberOf(target) : 1 };
  return (
    <FormDialog
      title={result ? 'Edit the key result' : `New key result of ${objective.reference}`} submit={result ? 'Save' : 'Add'} allowed={may(product.can, 'objectives')}
      ready={fields.title !== '' && !Number.isNaN(fields.baseline) && !Number.isNaN(fields.target)} onClose={onClose}
      save={({ refused, version }) => act<Objective>({
        run: (back) => (result
          ? api.patch('/key-results/{key_result}', { path: { key_result: result.id }, body: fields, version: back?.version ?? version ?? objective.version })
          : api.post('/objectives/{objective}/key-results', { path: { objective: objective.id }, body: fields })),
        done: result ? 'Key result saved' : `Key result added to ${objective.reference}`, refused, refresh: again,
        undo: result && ((now) => api.patch('/key-results/{key_result}', { path: { key_result: result.id }, body: { title: result.title, unit: result.unit, baseline: result.baseline, target: result.target }, version: now.version })),
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Key result" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus help="What is measured: “Support tickets about lost events in a month”." />
          <Select label="Measured as" value={unit} onChange={(id) => setUnit(id as KeyResult['unit'])} options={units} error={errorOf('unit')} />
          {measured && (
            <div className="strategy-pair">
              <TextField label="Baseline" value={baseline} onChange={setBaseline} error={errorOf('baseline')} type="number" step="any" required help="Where it stands today." />
              <TextField label="Target" value={target} onChange={setTarget} error={errorOf('target')} type="number" step="any" required help="Lower than the baseline is fine." />
            </div>
          )}
        </>
      )}
    </FormDialog>
  );
}

export function CheckInForm({ objective, result, onClose }: { objective: Objective; result: KeyResult; onClose: () => void }) {
  const product = useProduct();
  const [value, setValue] = useState(result.unit === 'yes_no' ? String(result.current >= 1 ? 1 : 0) : '');
  const [confidence, setConfidence] = useState(result.confidence === null ? 'none' : String(result.confidence));
  const [note, setNote] = useState('');
  const now = numberOf(value);
  return (
    <FormDialog
      title="Check in" submit="Check in" allowed={may(product.can, 'objectives')} ready={!Number.isNaN(now)} onClose={onClose}
      save={({ refused }) => act<Objective>({
        run: () => api.post('/key-results/{key_result}/check-ins', {
          path: { key_result: result.id },
          body: { value: now, confidence: confidence === 'none' ? undefined : Number(confidence), note: note.trim() === '' ? undefined : note.trim() },
        }),
        done: `${objective.reference}: checked in at ${formatValue(now, result.unit)}`, refused, refresh: [...again, '/objects/{object}/why'],
      })}
    >
      {(errorOf) => (
        <>
          <p>{result.title}<br /><span className="muted">Last {formatValue(result.current, result.unit)}{result.unit !== 'yes_no' && `, target ${formatValue(result.target, result.unit)}`}</span></p>
          <div className="strategy-pair">
            {result.unit === 'yes_no'
              ? <Select label="Reached?" value={value} onChange={setValue} options={[{ id: '0', label: 'No' }, { id: '1', label: 'Yes' }]} error={errorOf('value')} />
              : <TextField label="Value today" value={value} onChange={setValue} error={errorOf('value')} type="number" step="any" required autoFocus />}
            <Select label="Confidence" value={confidence} onChange={setConfidence} options={confidences} error={errorOf('confidence')} />
          </div>
          <TextArea label="What happened?" value={note} onChange={setNote} error={errorOf('note')} rows={3} />
        </>
      )}
    </FormDialog>
  );
}

/** Asks only because what goes cannot be brought back. */
export function DeleteKeyResult({ objective, result, onClose }: { objective: Objective; result: KeyResult; onClose: () => void }) {
  return (
    <Dialog
      open onClose={onClose} title="Delete the key result?"
      foot={<><Button onPress={onClose}>Keep it</Button><Button look="danger" onPress={() => { onClose(); void deleteKeyResult(objective, result) }}>Delete</Button></>}
    >
      <p>“{result.title}” goes, and {formatCount(result.history.length, 'check-in goes', 'check-ins go')} with it. This cannot be undone.</p>
    </Dialog>
  );
}
