import { ArrowDown, ArrowUp, Check, Ellipsis, RotateCcw, Trash2, Undo2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client';
import type { Criterion, Item } from '../../api/types';
import { act, Button, EditableText, FormDialog, formatDate, IconButton, may, mayWrite, Menu, PartTitle, type Refused, Select, StatusGlyph, TextArea, TextField } from '../../kit';

const again = ['/objects/{object}/history', '/objects/{object}'];
const acceptancePath = '/criteria/{criterion}/acceptance';

interface Props { item: Item; taken: (item: Item) => void }

/** Why something is not accepted; for an item with criteria, which of them fails. */
function ReturnForm({ title, criteria, send, onClose }: { title: string; criteria?: Criterion[]; send: (reason: string, criterion: string | undefined, refused: Parameters<typeof act>[0]['refused']) => Promise<Item | undefined>; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [failing, setFailing] = useState(criteria?.find(({ accepted_at: at }) => at === null)?.id ?? criteria?.[0]?.id);
  return (
    <FormDialog<Item> title={title} submit="Return it" ready={reason.trim() !== ''} onClose={onClose} save={({ refused }) => send(reason.trim(), failing, refused)}>
      {(errorOf) => (
        <>
          {criteria && failing !== undefined && (
            <Select label="Which criterion fails?" value={failing} onChange={setFailing} error={errorOf('criterion')} options={criteria.map(({ id, text }) => ({ id, label: text }))} required />
          )}
          <TextArea label="What is missing?" value={reason} onChange={setReason} error={errorOf('reason')} required autoFocus help="The team reads this." />
        </>
      )}
    </FormDialog>
  );
}

function One({ criterion, last, item, taken }: Props & { criterion: Criterion; last: boolean }) {
  const [returning, setReturning] = useState(false);
  const write = mayWrite(item);
  const accept = may(item.can, 'acceptance');
  const { id, text, position, version, accepted_at: acceptedAt, accepted_by: by, returned_reason: reason } = criterion;
  const path = { criterion: id };
  const take = async (answer: Promise<Item>) => {
    const now = await answer;
    taken(now);
    return now;
  };
  const does = (run: () => Promise<Item>, done: string, undo: () => Promise<Item>, refused?: Parameters<typeof act>[0]['refused']) =>
    act({ run: () => take(run()), done, undo: () => take(undo()), refresh: again, refused });
  const judge = (accepted: boolean, why?: string) => api.put(acceptancePath, { path, body: { accepted, reason: why } });
  const withdraw = () => api.del(acceptancePath, { path });
  const asBefore = () => (acceptedAt !== null ? judge(true) : reason !== null ? judge(false, reason) : withdraw());
  const moveTo = (to: number, at: number) => api.patch('/criteria/{criterion}', { path, body: { position: to }, version: at });
  const versionIn = (now: Item) => now.criteria.find((one) => one.id === id)?.version ?? version;
  const move = (by: 1 | -1) => act<Item>({
    run: (back) => take(moveTo(position + by, back ? versionIn(back) : version)), done: 'Criterion moved', undo: (now) => take(moveTo(position, versionIn(now))), refresh: again,
  });
  /** Brings it back where it stood, as it was judged. */
  const restore = async () => {
    const known = new Set(item.criteria.map((one) => one.id));
    const now = await api.post('/items/{item}/criteria', { path: { item: item.id }, body: { text, position } });
    const made = now.criteria.find((one) => !known.has(one.id));
    return made && acceptedAt !== null ? api.put(acceptancePath, { path: { criterion: made.id }, body: { accepted: true } }) : now;
  };
  const remove = () => act<Item>({
    // Brought back it has another name.
    run: (back) => take(api.del('/criteria/{criterion}', { path: { criterion: back?.criteria.find((one) => one.position === position)?.id ?? id } })),
    done: 'Criterion deleted', undo: () => take(restore()), refresh: again,
  });
  const returned = reason !== null && acceptedAt === null;
  return (
    <li className="criterion">
      <StatusGlyph category={acceptedAt ? 'done' : 'ready'} label={acceptedAt ? 'Accepted' : returned ? 'Returned' : 'Open'} blocked={false} />
      <div className="criterion-text">
        <EditableText name={`criterion:${id}`} label="Criterion" value={text} version={version} allowed={write} save={(next, at) => take(api.patch('/criteria/{criterion}', { path, body: { text: next }, version: at }))}>{text}</EditableText>
        {acceptedAt && <div className="muted">Accepted by {by?.name ?? 'someone'}, {formatDate(acceptedAt)}</div>}
        {returned && <div className="field-error">Returned: {reason}</div>}
      </div>
      <div className="criterion-tools">
        {acceptedAt
          ? <IconButton icon={Undo2} label="Take the acceptance back" allowed={accept} onPress={() => void does(withdraw, 'Acceptance taken back', () => judge(true))} />
          : <IconButton icon={Check} label="Accept this criterion" allowed={accept} onPress={() => void does(() => judge(true), 'Criterion accepted', asBefore)} />}
        <IconButton icon={RotateCcw} label="Return it with a reason" allowed={accept} onPress={() => setReturning(true)} />
        <Menu
          label={`More about “${text}”`}
          entries={[
            ...(position > 1 ? [{ id: 'up', label: 'Further up', icon: ArrowUp, allowed: write, onChoose: () => void move(-1) }] : []),
            ...(last ? [] : [{ id: 'down', label: 'Further down', icon: ArrowDown, allowed: write, onChoose: () => void move(1) }]),
            { id: 'delete', label: 'Delete', icon: Trash2, danger: true, allowed: write, onChoose: () => void remove() },
          ]}
        >
          <IconButton icon={Ellipsis} label={`More about “${text}”`} />
        </Menu>
      </div>
      {returning && <ReturnForm title="Return this criterion" onClose={() => setReturning(false)} send={(why, _, refused) => does(() => judge(false, why), 'Criterion returned', asBefore, refused)} />}
    </li>
  );
}

export function Criteria({ item, taken }: Props) {
  const [text, setText] = useState('');
  const [returning, setReturning] = useState(false);
  const allowed = may(item.can, 'acceptance');
  const criteria = item.criteria.toSorted((a, b) => a.position - b.position);
  const accepted = criteria.filter((criterion) => criterion.accepted_at !== null).length;
  const path = { item: item.id };
  const does = async (run: () => Promise<Item>, more: Omit<Parameters<typeof act<Item, Item>>[0], 'run'> = {}) => {
    const now = await act<Item, Item>({ run, refresh: again, ...more });
    if (now) taken(now);
    return now;
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    const refused: Refused = () => false;
    refused.waits = () => setText('');
    if (await does(() => api.post('/items/{item}/criteria', { path, body: { text } }), { refused })) setText('');
  };
  const accept = () => does(() => api.put('/items/{item}/acceptance', { path }), {
    done: `${item.reference} accepted`, undo: () => api.del('/items/{item}/acceptance', { path }), refresh: [...again, '/items/{item}'],
  });
  return (
    <section className="section" aria-label="Acceptance criteria">
      <div className="row between">
        <PartTitle>Acceptance criteria · {accepted} of {criteria.length}</PartTitle>
        <div className="row">
          {!item.accepted_at && <Button icon={Check} allowed={allowed} onPress={() => void accept()}>Accept</Button>}
          <Button look="quiet" allowed={allowed} onPress={() => setReturning(true)}>Return…</Button>
        </div>
      </div>
      {item.accepted_at && <p className="muted">Accepted by {item.accepted_by?.name ?? 'someone'}, {formatDate(item.accepted_at)}</p>}
      <ul>{criteria.map((criterion, index) => <One key={criterion.id} criterion={criterion} last={index === criteria.length - 1} item={item} taken={taken} />)}</ul>
      <form className="row" onSubmit={(event) => void add(event)}>
        <div className="grow"><TextField label="New criterion" hideLabel placeholder="Given… when… then…" value={text} onChange={setText} allowed={mayWrite(item)} /></div>
        {text !== '' && <Button type="submit" allowed={mayWrite(item)}>Add</Button>}
      </form>
      {returning && (
        <ReturnForm
          title={`Return ${item.reference} to the team`} criteria={criteria} onClose={() => setReturning(false)}
          send={(reason, criterion, refused) => does(() => api.post('/items/{item}/returns', { path, body: { reason, criterion } }), { done: `${item.reference} returned`, refused })}
        />
      )}
    </section>
  );
}
