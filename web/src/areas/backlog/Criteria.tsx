import { Check, RotateCcw, Trash2, Undo2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client';
import type { Criterion, Item } from '../../api/types';
import { act, Button, Dialog, EditableText, formatDate, IconButton, may, mayWrite, StatusGlyph, TextArea, TextField } from '../../kit';

interface Props { item: Item; taken: (item: Item) => void }

function ReturnDialog({ title, onReturn, onClose }: { title: string; onReturn: (reason: string) => void; onClose: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <Dialog
      open onClose={onClose} title={title}
      foot={<><Button onPress={onClose}>Cancel</Button><Button look="primary" disabled={reason.trim() === ''} onPress={() => onReturn(reason)}>Return it</Button></>}
    >
      <TextArea label="What is missing?" value={reason} onChange={setReason} required autoFocus help="The team reads this." />
    </Dialog>
  );
}

function One({ criterion, item, taken }: Props & { criterion: Criterion }) {
  const [returning, setReturning] = useState(false);
  const story = mayWrite(item);
  const accept = may(item.can, 'acceptance');
  const path = { criterion: criterion.id };
  const does = async (run: () => Promise<Item>, done: string, undo?: () => Promise<Item>) => {
    const now = await act({ run, done, undo: undo && (async () => taken(await undo())), refresh: ['/objects/{object}/history'] });
    if (now) taken(now);
  };
  const judge = (accepted: boolean, reason?: string) => does(
    () => api.put('/criteria/{criterion}/acceptance', { path, body: accepted ? { accepted } : { accepted, reason } }),
    accepted ? 'Criterion accepted' : 'Criterion returned',
    () => api.del('/criteria/{criterion}/acceptance', { path }),
  );
  const save = async (text: string, version: number) => taken(await api.patch('/criteria/{criterion}', { path, body: { text }, version }));
  const returned = criterion.returned_reason !== null && criterion.accepted_at === null;
  return (
    <li className="criterion">
      <StatusGlyph category={criterion.accepted_at ? 'done' : 'ready'} label={criterion.accepted_at ? 'Accepted' : returned ? 'Returned' : 'Open'} blocked={false} />
      <div className="criterion-text">
        <EditableText name={`criterion:${criterion.id}`} label="Criterion" value={criterion.text} version={criterion.version} allowed={story} save={save}>{criterion.text}</EditableText>
        {criterion.accepted_at && <div className="muted">Accepted by {criterion.accepted_by?.name ?? 'someone'}, {formatDate(criterion.accepted_at)}</div>}
        {returned && <div className="field-error">Returned: {criterion.returned_reason}</div>}
      </div>
      <div className="criterion-tools">
        {criterion.accepted_at
          ? <IconButton icon={Undo2} label="Take the acceptance back" allowed={accept} onPress={() => void does(() => api.del('/criteria/{criterion}/acceptance', { path }), 'Acceptance taken back', () => api.put('/criteria/{criterion}/acceptance', { path, body: { accepted: true } }))} />
          : <IconButton icon={Check} label="Accept this criterion" allowed={accept} onPress={() => void judge(true)} />}
        <IconButton icon={RotateCcw} label="Return it with a reason" allowed={accept} onPress={() => setReturning(true)} />
        <IconButton
          icon={Trash2} label="Delete the criterion" allowed={story}
          onPress={() => void does(() => api.del('/criteria/{criterion}', { path }), 'Criterion deleted', () => api.post('/items/{item}/criteria', { path: { item: item.id }, body: { text: criterion.text } }))}
        />
      </div>
      {returning && <ReturnDialog title="Return this criterion" onClose={() => setReturning(false)} onReturn={(reason) => { setReturning(false); void judge(false, reason) }} />}
    </li>
  );
}

export function Criteria({ item, taken }: Props) {
  const [text, setText] = useState('');
  const [returning, setReturning] = useState(false);
  const accept = may(item.can, 'acceptance');
  const accepted = item.criteria.filter((criterion) => criterion.accepted_at !== null).length;
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    const now = await act({ run: () => api.post('/items/{item}/criteria', { path: { item: item.id }, body: { text } }), refresh: ['/objects/{object}/history'] });
    if (!now) return;
    taken(now);
    setText('');
  };
  const acceptItem = async () => {
    const now = await act({
      run: () => api.put('/items/{item}/acceptance', { path: { item: item.id }, body: {} }), done: `${item.reference} accepted`,
      undo: async () => taken(await api.del('/items/{item}/acceptance', { path: { item: item.id }, body: { reason: 'Acceptance taken back' } })),
      refresh: ['/objects/{object}/history', '/objects/{object}'],
    });
    if (now) taken(now);
  };
  const returnItem = async (reason: string) => {
    setReturning(false);
    const now = await act({ run: () => api.del('/items/{item}/acceptance', { path: { item: item.id }, body: { reason } }), done: `${item.reference} returned`, refresh: ['/objects/{object}/history', '/objects/{object}'] });
    if (now) taken(now);
  };
  return (
    <section className="section" aria-label="Acceptance criteria">
      <div className="row between">
        <h3 className="section-title">Acceptance criteria · {accepted} of {item.criteria.length}</h3>
        <div className="row">
          {!item.accepted_at && <Button icon={Check} allowed={accept} onPress={() => void acceptItem()}>Accept</Button>}
          <Button look="quiet" allowed={accept} onPress={() => setReturning(true)}>Return…</Button>
        </div>
      </div>
      {item.accepted_at && <p className="muted">Accepted by {item.accepted_by?.name ?? 'someone'}, {formatDate(item.accepted_at)}</p>}
      <ul>{item.criteria.toSorted((a, b) => a.position - b.position).map((criterion) => <One key={criterion.id} criterion={criterion} item={item} taken={taken} />)}</ul>
      <form className="row" onSubmit={(event) => void add(event)}>
        <div className="grow"><TextField label="New criterion" hideLabel placeholder="Given… when… then…" value={text} onChange={setText} allowed={mayWrite(item)} /></div>
        {text !== '' && <Button type="submit">Add</Button>}
      </form>
      {returning && <ReturnDialog title={`Return ${item.reference} to in progress`} onClose={() => setReturning(false)} onReturn={(reason) => void returnItem(reason)} />}
    </section>
  );
}
