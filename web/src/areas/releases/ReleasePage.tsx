import { Link } from '@tanstack/react-router';
import { PanelRight, Pencil, Plus, Ship, X } from 'lucide-react';
import { useState } from 'react';
import type { Release, Row } from '../../api/types';
import {
  Button, Chip, EditableText, EmptyState, formatCount, IconButton, itemKinds, Load, Markdown, may, offer, Page, refresh, Section, Tabs, toast, useCursor, useGet, useKeys, useParam, usePeek, useProduct, useSetUrl,
  useUrl,
} from '../../kit';
import { again, contentsPath, editRelease, releasePath, removeItem } from './actions';
import { Audience, ToldLog } from './Audience';
import { AddItems, ReleaseForm, ReleaseItem, ShipDialog } from './dialogs';
import { audienceOf, isLate, notAccepted, whenOf } from './release';
import './releases.css';

function Contents({ release, rows, onAdd }: { release: Release; rows: Row[]; onAdd: () => void }) {
  const { here, rowProps } = useCursor(rows, 'Release');
  const shipped = release.shipped_at !== null;
  const allowed = shipped ? { ok: false, why: 'What has shipped is closed' } : may(release.can, 'release');
  const remove = (row: Row | undefined) => {
    if (!row) return;
    if (allowed.ok) void removeItem(release, row);
    else toast(allowed.why ?? '');
  };
  useKeys([{ keys: 'r', does: 'Take the item out', group: 'Release', run: () => remove(here) }]);
  if (rows.length === 0) {
    return (
      <EmptyState action={<Button keys="a" allowed={allowed} onPress={onAdd}>Add what is done</Button>}>
        Nothing is in this release yet. What ships is what the product owner has accepted.
      </EmptyState>
    );
  }
  return (
    <ul className="release-items" aria-label="Contents">
      {rows.map((row) => (
        <li key={row.id} {...rowProps(row.id)} className="release-item cursor-row">
          <ReleaseItem row={row} />
          {!shipped && <span className="cursor-over no-print"><IconButton icon={X} label={`Take ${row.reference} out`} keys="r" allowed={allowed} onPress={() => remove(row)} /></span>}
        </li>
      ))}
    </ul>
  );
}

/** What changed, in words for those it is for. */
function Notes({ release }: { release: Release }) {
  const object = useGet('/objects/{object}', { path: { object: release.reference } });
  const save = async (body: string, version: number) => {
    const put = (to: string, at: number) => editRelease(release, { body: to }, at);
    const answer = await put(body, version);
    await refresh(...again);
    offer({ done: 'Notes saved', answer, run: (back: Release) => put(body, back.version), undo: (now) => put(release.body, now.version), refresh: again });
  };
  return (
    <Section title="Notes">
      <EditableText name={`${release.reference}:body`} label="Notes" value={release.body} version={release.version} allowed={may(release.can, 'release')} save={save} multiline>
        {release.body === '' ? <p className="muted">No notes yet: what is new, and for whom?</p> : object.data && <Markdown html={object.data.body_html} />}
      </EditableText>
    </Section>
  );
}

type Asking = 'edit' | 'add' | 'ship' | null;

function ReleaseView({ release, rows }: { release: Release; rows: Row[] }) {
  const product = useProduct();
  const { tab = 'contents' } = useUrl();
  const setUrl = useSetUrl();
  const { open } = usePeek();
  const [asking, setAsking] = useState<Asking>(null);
  const shipped = release.shipped_at !== null;
  const allowed = may(release.can, 'release');
  const ask = (what: Asking) => { if (allowed.ok) setAsking(what); else toast(allowed.why ?? '') };
  const waiting = notAccepted(rows).length;
  useKeys([
    { keys: 'e', does: 'Edit the release', group: 'Release', run: () => ask('edit') },
    { keys: 'a', does: 'Add items', group: 'Release', run: () => { if (!shipped) ask('add') } },
    { keys: 'p', does: 'Details of the release', group: 'Release', run: () => open(release.reference) },
  ]);
  return (
    <Page
      title={release.name}
      note={<><Link to={`/p/${product.key}/releases`}>Releases</Link> · {whenOf(release)} {isLate(release) && <Chip tone="risk">▲ Late</Chip>} {shipped && release.shipped_by && `by ${release.shipped_by.name}`}</>}
      actions={
        <>
          <Button look="quiet" icon={PanelRight} keys="p" onPress={() => open(release.reference)}>Details</Button>
          <IconButton icon={Pencil} label="Edit name and day" keys="e" allowed={allowed} onPress={() => ask('edit')} />
          {!shipped && <Button icon={Plus} keys="a" allowed={allowed} onPress={() => ask('add')}>Add</Button>}
          {!shipped && <Button icon={Ship} look="primary" allowed={allowed} disabled={rows.length === 0} onPress={() => ask('ship')}>Ship…</Button>}
        </>
      }
    >
      <p className="number">
        {formatCount(release.items.total, 'item')}, {release.items.accepted} accepted{!shipped && waiting > 0 && <> · <Chip tone="risk">▲ {formatCount(waiting, 'item')} to accept before it can ship</Chip></>} · {audienceOf(release.audience)}
      </p>
      <div className="release-tabs">
        <Tabs
          label="Release" selected={tab} onSelect={(id) => setUrl({ tab: id === 'contents' ? undefined : id })}
          tabs={[
            { id: 'contents', label: `Contents ${release.items.total}`, content: <Contents release={release} rows={rows} onAdd={() => ask('add')} /> },
            { id: 'tell', label: `To be told ${release.audience.asked - release.audience.told}`, content: <Audience release={release} /> },
            { id: 'told', label: `Told ${release.audience.told}`, content: <ToldLog release={release} /> },
            { id: 'notes', label: 'Notes', content: <Notes release={release} /> },
          ]}
        />
      </div>
      {asking === 'edit' && <ReleaseForm release={release} onClose={() => setAsking(null)} />}
      {asking === 'add' && <AddItems release={release} onClose={() => setAsking(null)} />}
      {asking === 'ship' && <ShipDialog release={release} rows={rows} onClose={() => setAsking(null)} />}
    </Page>
  );
}

export default function ReleasePage() {
  const reference = useParam('release');
  const release = useGet(releasePath, { path: { release: reference } }, { live: ['release', 'feedback', ...itemKinds] });
  const items = useGet(contentsPath, { path: { release: reference } }, { live: ['release', ...itemKinds] });
  if (release.data === undefined) return <Page title={reference}><Load query={release} rows={6}>{() => null}</Load></Page>;
  if (items.data === undefined) return <Page title={release.data.name}><Load query={items} rows={6}>{() => null}</Load></Page>;
  return <ReleaseView release={release.data} rows={items.data.rows} />;
}
