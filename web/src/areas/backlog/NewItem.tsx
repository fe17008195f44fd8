import { useState } from 'react';
import type { Can, Item, ItemKind, Place } from '../../api/types';
import { allOf, decides, FormDialog, holdersOf, itemKinds, KindGlyph, kinds, may, Select, TextField, usePeek, type Verdict } from '../../kit';
import type { BacklogActions } from './actions';

interface Props { actions: BacklogActions; below: { id: string; reference: string } | null; place: 'top' | 'below'; onCreated: () => void; onClose: () => void }

const mayMake = (can: Can, kind: ItemKind): Verdict => may(can, kinds[kind].make ?? kinds[kind].edit);
/** The kinds the reader may make, the usual one first; those that would be proposed only after the others. */
const making = (can: Can): ItemKind[] => (['story', ...itemKinds.filter((kind) => kind !== 'story')] as const)
  .filter((kind) => mayMake(can, kind).ok).toSorted((a, b) => Number(decides(mayMake(can, b))) - Number(decides(mayMake(can, a))));

/** Whether the reader may make an item of any kind. */
export function mayMakeAny(can: Can): Verdict {
  return mayMake(can, making(can)[0] ?? 'story');
}

/** A title is all it takes; the rest can come later. */
export function NewItem({ actions, below, place: wanted, onCreated, onClose }: Props) {
  const { open } = usePeek();
  const [title, setTitle] = useState('');
  const { can } = actions.store.getState();
  const [kind, setKind] = useState<ItemKind>(() => making(can)[0] ?? 'story');
  const order = may(can, 'order');
  const [where, setWhere] = useState(!decides(order) ? 'bottom' : below ? wanted : 'top');
  const [parent, setParent] = useState('none');
  const holders = holdersOf(kind);
  const parts = [...actions.store.getState().rows.values()].filter((row) => holders.some((holder) => holder === row.kind) && (row.kind === 'epic' || row.id === below?.id));
  const within = parts.some((row) => row.id === parent) ? parent : 'none';
  const place: Place = where === 'below' && below ? { after: below.id } : { at: where === 'bottom' ? 'bottom' : 'top' };
  return (
    <FormDialog<Item>
      title={`New ${kinds[kind].name.toLowerCase()}`} submit="Create" ready={title.trim() !== ''} allowed={where === 'bottom' ? mayMake(can, kind) : allOf(mayMake(can, kind), order)} onClose={onClose}
      save={({ refused }) => actions.create({ kind, title: title.trim(), place, parent: within === 'none' ? undefined : within }, refused)}
      onSaved={(item) => {
        onCreated();
        open(item.reference);
      }}
    >
      {(errorOf) => (
        <>
          <TextField label="Title" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus />
          <div className="row">
            <Select label="Kind" value={kind} onChange={(id) => setKind(id as ItemKind)} options={itemKinds.map((one) => ({ id: one, label: kinds[one].name }))} error={errorOf('kind')} />
            <Select
              label="Place" value={where} onChange={setWhere} allowed={order} error={errorOf('place')}
              options={[{ id: 'top', label: 'Top' }, { id: 'bottom', label: 'Bottom' }, ...(below ? [{ id: 'below', label: `Below ${below.reference}` }] : [])]}
            />
          </div>
          {parts.length > 0 && (
            <Select
              label="Part of" value={within} onChange={setParent} error={errorOf('parent')}
              options={[{ id: 'none', label: 'Nothing' }, ...parts.map((row) => ({ id: row.id, label: `${row.reference} ${row.title}`, icon: <KindGlyph kind={row.kind} bare /> }))]}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
