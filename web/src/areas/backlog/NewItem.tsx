import { type FormEvent, useState } from 'react';
import { Problem } from '../../api/client';
import type { Place } from '../../api/types';
import { Button, Dialog, itemKinds, kinds, may, Select, TextField, toast, toastProblem, usePeek, type Verdict } from '../../kit';
import type { BacklogActions } from './actions';

interface Props { actions: BacklogActions; below: { id: string; reference: string } | null; onCreated: () => void; onClose: () => void }

/** A title is all it takes; the rest can come later. */
export function NewItem({ actions, below, onCreated, onClose }: Props) {
  const { open } = usePeek();
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState('story');
  const [where, setWhere] = useState('top');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const allowed: Verdict = may(actions.store.getState().can, 'story');

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
    <Dialog open onClose={onClose} title={`New ${kinds[itemKinds.find((one) => one === kind)!].name.toLowerCase()}`}>
      <form className="form" onSubmit={(event) => void create(event)}>
        <TextField label="Title" value={title} onChange={setTitle} error={error} required autoFocus />
        <div className="row">
          <Select label="Kind" value={kind} onChange={setKind} options={itemKinds.map((one) => ({ id: one, label: kinds[one].name }))} />
          <Select
            label="Place" value={where} onChange={setWhere}
            options={[{ id: 'top', label: 'Top' }, { id: 'bottom', label: 'Bottom' }, ...(below ? [{ id: 'below', label: `Below ${below.reference}` }] : [])]}
          />
        </div>
        <div className="form-foot">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" allowed={allowed} disabled={busy || title.trim() === ''}>Create</Button>
        </div>
      </form>
    </Dialog>
  );
}
