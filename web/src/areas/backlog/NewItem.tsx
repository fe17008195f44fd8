import { type FormEvent, useState } from 'react';
import { Problem } from '../../api/client';
import type { Can, ItemKind, Place } from '../../api/types';
import { Button, Dialog, itemKinds, kinds, may, Select, TextField, toast, toastProblem, usePeek, type Verdict } from '../../kit';
import type { BacklogActions } from './actions';

interface Props { actions: BacklogActions; below: { id: string; reference: string } | null; onCreated: () => void; onClose: () => void }

const mayMake = (can: Can, kind: ItemKind): Verdict => may(can, kinds[kind].make ?? kinds[kind].edit);
/** The kinds the reader may make, the usual one first. */
const making = (can: Can): ItemKind[] => (['story', ...itemKinds.filter((kind) => kind !== 'story')] as const).filter((kind) => mayMake(can, kind).ok);

/** Whether the reader may make an item of any kind. */
export function mayMakeAny(can: Can): Verdict {
  return making(can).length > 0 ? { ok: true } : mayMake(can, 'story');
}

/** A title is all it takes; the rest can come later. */
export function NewItem({ actions, below, onCreated, onClose }: Props) {
  const { open } = usePeek();
  const [title, setTitle] = useState('');
  const { can } = actions.store.getState();
  const [kind, setKind] = useState<ItemKind>(() => making(can)[0] ?? 'story');
  const order = may(can, 'order');
  const [where, setWhere] = useState(order.ok ? 'top' : 'bottom');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const place: Place = where === 'below' && below ? { after: below.id } : { at: where === 'bottom' ? 'bottom' : 'top' };
    try {
      const item = await actions.create(kind, title, null, place);
      toast(`${item.reference} created`);
      onClose();
      onCreated();
      open(item.reference);
    } catch (problem) {
      if (problem instanceof Problem && problem.body.field === 'title') setError(problem.message);
      else toastProblem(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={`New ${kinds[kind].name.toLowerCase()}`}>
      <form className="form" onSubmit={(event) => void create(event)}>
        <TextField label="Title" value={title} onChange={setTitle} error={error} required autoFocus />
        <div className="row">
          <Select label="Kind" value={kind} onChange={(id) => setKind(id as ItemKind)} options={itemKinds.map((one) => ({ id: one, label: kinds[one].name }))} />
          <Select
            label="Place" value={where} onChange={setWhere} allowed={order}
            options={[{ id: 'top', label: 'Top' }, { id: 'bottom', label: 'Bottom' }, ...(below ? [{ id: 'below', label: `Below ${below.reference}` }] : [])]}
          />
        </div>
        <div className="form-foot">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" allowed={mayMake(can, kind)} disabled={busy || title.trim() === ''}>Create</Button>
        </div>
      </form>
    </Dialog>
  );
}
