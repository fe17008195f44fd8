import { useDeferredValue, useState } from 'react';
import { api } from '../../api/client';
import type { AudienceRow, Release, Row } from '../../api/types';
import {
  act, Button, Checkbox, Chip, copyText, Dialog, FormDialog, formatCount, formatNumber, Load, may, More, ObjectLink, proposing, type Refused, StatusGlyph, TextArea, TextField, ToggleChip, useDraft, useMe, usePages, useProduct,
} from '../../kit';
import { addItems, again, audiencePath, editRelease, itemsPath, releasePath, releasesPath } from './actions';
import { namesOf, notAccepted } from './release';

/** A new release, or the name and day of one. */
export function ReleaseForm({ release: given, onSaved, onClose }: { release?: Release; onSaved?: (release: Release) => void; onClose: () => void }) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [release] = useState(given);
  const product = useProduct();
  const [name, setName] = useState(release?.name ?? '');
  const [day, setDay] = useState(release?.planned_on ?? '');
  const fields = { name: name.trim(), planned_on: day === '' ? null : day };
  return (
    <FormDialog<Release>
      title={release ? `Edit ${release.name}` : 'New release'} submit={release ? 'Save' : 'Create'} ready={fields.name !== ''} allowed={may(release?.can ?? product.can, 'release')} onSaved={onSaved} onClose={onClose}
      save={({ refused, version }) => act<Release>({
        run: (back) => (release ? editRelease(release, fields, back?.version ?? version ?? release.version) : api.post(releasesPath, { path: { product: product.key }, body: fields })),
        done: release ? `${fields.name} saved` : `${fields.name} created`, refused, refresh: again,
        undo: release && ((now) => editRelease(release, { name: release.name, planned_on: release.planned_on }, now.version)),
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} required autoFocus placeholder="2.7" />
          <TextField label="Planned for" type="date" value={day} onChange={setDay} error={errorOf('planned_on')} help="Leave it empty as long as nobody knows." />
        </>
      )}
    </FormDialog>
  );
}

/** Chooses among the finished work that is in no release yet. */
export function AddItems({ release, onClose }: { release: Release; onClose: () => void }) {
  const product = useProduct();
  const [text, setText] = useState('');
  const [accepted, setAccepted] = useState(true);
  const allowed = may(release.can, 'release');
  const words = useDeferredValue(text.trim());
  const free = usePages(itemsPath, { path: { product: product.key }, query: { category: 'done', release: 'none', accepted: accepted || undefined, q: words, limit: 100 } });
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map());
  const choose = (rows: Row[], on: boolean) => {
    const next = new Map(chosen);
    for (const row of rows) {
      if (on) next.set(row.id, row);
      else next.delete(row.id);
    }
    setChosen(next);
  };
  const add = () => {
    onClose();
    void addItems(product.key, release, [...chosen.values()], allowed);
  };
  return (
    <Dialog
      open onClose={onClose} title={`Add to ${release.name}`} size="large"
      foot={<><Button onPress={onClose}>Cancel</Button><Button look="primary" allowed={allowed} disabled={chosen.size === 0} onPress={add}>{proposing(allowed) ?? (chosen.size === 0 ? 'Add' : `Add ${formatCount(chosen.size, 'item')}`)}</Button></>}
    >
      <div className="row wrap between">
        <div className="release-find"><TextField label="Search" hideLabel placeholder="Search finished work" value={text} onChange={setText} autoFocus /></div>
        <ToggleChip on={accepted} onChange={setAccepted}>Accepted only</ToggleChip>
        {free.data !== undefined && free.data.length > 1 && <Button look="quiet" onPress={() => choose(free.data, true)}>Choose these {formatNumber(free.data.length)}</Button>}
      </div>
      <Load query={free} rows={5}>
        {(rows) => (
          <>
            <ul className="release-pick">
              {rows.map((row) => (
                <li key={row.id} className="release-pick-row">
                  <span className="grow"><Checkbox label={`${row.reference} ${row.title}`} checked={chosen.has(row.id)} onChange={(on) => choose([row], on)} /></span>
                  {row.accepted ? <Chip tone="done">Accepted</Chip> : <Chip tone="risk">▲ Not accepted yet</Chip>}
                </li>
              ))}
              {rows.length === 0 && <li className="muted">{words === '' ? `${accepted ? 'All accepted work' : 'Everything that is done'} is in a release already. What the team finishes next can be added here.` : 'Nothing matches.'}</li>}
            </ul>
            <More pages={free} />
          </>
        )}
      </Load>
    </Dialog>
  );
}

/** Shipping leaves the building, so it is asked; what keeps it from shipping is named, each with its peek. */
export function ShipDialog({ release, rows, onClose }: { release: Release; rows: Row[]; onClose: () => void }) {
  const open = notAccepted(rows);
  const ship = ({ refused, version }: { refused: Refused; version?: number }) => act<Release>({
    run: () => api.put('/releases/{release}/shipment', { path: { release: release.id }, version: version ?? release.version }), done: `${release.name} has shipped`, refresh: again, refused,
  });
  const { asked, told } = release.audience;
  return (
    <FormDialog<Release> title={`Ship ${release.name}?`} submit="Ship it" ready size={open.length > 0 ? 'large' : 'small'} allowed={may(release.can, 'release')} save={ship} onClose={onClose}>
      {() => (
        <>
          <p>
            {formatCount(release.items.total, 'item')} {release.items.total === 1 ? 'is' : 'are'} out from then on, and what is in the release is closed.
            {asked > told && ` ${formatCount(asked - told, 'person', 'people')} asked for it and can be told afterwards.`} This cannot be taken back.
          </p>
          {open.length > 0 && (
            <section className="stack" aria-label="Not accepted yet">
              <h3>{formatCount(open.length, 'item')} not accepted yet</h3>
              <ul className="release-open">
                {open.map((row) => <li key={row.id} className="row"><StatusGlyph category={row.category} label={row.state} blocked={row.blocked} /><span className="muted number">{row.reference}</span><span>{row.title}</span></li>)}
              </ul>
              <p className="muted">A release ships when everything in it is accepted: accept them, or take them out.</p>
            </section>
          )}
        </>
      )}
    </FormDialog>
  );
}

/** The text once, for everybody it is for, seen as they will read it. */
export function TellDialog({ release, rows, onTold, onClose }: { release: Release; rows: AudienceRow[]; onTold: () => void; onClose: () => void }) {
  const me = useMe();
  const { text, set, clear } = useDraft(`${release.reference}:telling`, '');
  const [channel, setChannel] = useState('E-mail');
  const shown = text.trim() === '' ? null : text;
  return (
    <FormDialog<{ rows: AudienceRow[] }>
      title={`Tell ${formatCount(rows.length, 'person', 'people')} about ${release.name}`} submit="Record as told" size="large" ready={shown !== null} allowed={may(release.can, 'announce')} onClose={onClose} draft
      onLetGo={() => { clear(); onTold(); onClose() }}
      onSaved={() => { clear(); onTold() }}
      save={({ refused }) => act({
        run: () => api.post('/releases/{release}/tellings', {
          path: { release: release.id }, body: { feedback: rows.map((row) => row.feedback.id), text: text.trim(), channel: channel.trim() === '' ? null : channel.trim() },
        }),
        done: `${formatCount(rows.length, 'person', 'people')} told about ${release.name}`, refused, refresh: [audiencePath, releasePath, releasesPath, '/products/{product}/feedback', '/feedback/{feedback}'],
      })}
    >
      {(errorOf) => (
        <>
          <div className="release-tell">
            <div className="stack">
              <TextArea label="What you tell them" value={text} onChange={set} error={errorOf('text')} rows={9} required autoFocus help="You asked, here it is: what is possible now, and where. The draft is kept on this device." />
              <TextField label="How" value={channel} onChange={setChannel} error={errorOf('channel')} help="E-mail, call, portal…" />
            </div>
            <section className="release-preview" aria-label="Preview">
              <p className="muted">To {namesOf(rows)}</p>
              <div className="reading release-preview-text">{shown ?? <span className="muted">What you write appears here as they will read it.</span>}</div>
              <p className="muted">{me.person.name}</p>
            </section>
          </div>
          <div className="row wrap between">
            <p className="muted grow">Send it with the tool you write to customers with, then record it: the log keeps who was told what, when and how.</p>
            <Button disabled={shown === null} onPress={() => void copyText(text, 'Text copied')}>Copy the text</Button>
          </div>
        </>
      )}
    </FormDialog>
  );
}

/** An item in a list of a release. */
export function ReleaseItem({ row }: { row: Row }) {
  return (
    <>
      <span className="cursor-link release-item-title"><ObjectLink object={row} /></span>
      {row.category === 'cancelled' ? <Chip>Cancelled, does not ship</Chip> : row.accepted ? <Chip tone="done">Accepted</Chip> : <Chip tone="risk">▲ Not accepted</Chip>}
      <span className="number muted release-item-points">{row.points === null ? '–' : formatNumber(row.points)}</span>
    </>
  );
}
