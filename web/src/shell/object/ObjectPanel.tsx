import { Archive, ArchiveRestore, Bell, BellRing, Link2 } from 'lucide-react';
import { type ComponentType, lazy, Suspense, use } from 'react';
import { api } from '../../api/client';
import type { Item, Kind, ObjectView } from '../../api/types';
import {
  act, Button, copyLink, EditableText, isItem, keyOf, kinds, Load, LoadingRows, Markdown, may, mayWrite, offer, PartTitle, queries, refresh, useItem, useProduct, type SlotProps, TitleLevel, type Verdict,
} from '../../kit';
import { slots } from '../areas';
import { About } from './About';
import { Attachments } from './Attachments';
import { Comments } from './Comments';
import { Ask, Decided, isDeciding } from './Decided';
import { Followers } from './Followers';
import { History } from './History';
import { Links } from './Links';
import { useObject } from './ObjectHead';
import { Throughline } from './Throughline';
import './object.css';

const slotParts: Partial<Record<Kind, ComponentType<SlotProps>>> = Object.fromEntries(
  Object.entries(slots).map(([kind, load]) => [kind, lazy(load)]),
);

/** What the text of an object is, where it is no description. */
const textNames: Partial<Record<Kind, string>> = { proposal: 'Reason', decision: 'Context' };

const paths = ['/objects/{object}', '/objects/{object}/history'];
const itemPath = '/items/{item}';

/** Who may change an object's title and text. */
function useMayWrite(object: ObjectView): Verdict {
  const item = useItem(object.reference, isItem(object.kind)).data;
  if (object.kind === 'vision') return { ok: false, why: 'The words of the vision change by publishing a version, on its page' };
  return item ? mayWrite(item) : may(object.can, kinds[object.kind].edit);
}

function save(object: ObjectView, field: 'title' | 'body') {
  return async (text: string, version: number) => {
    const put = async (to: string, at: number) => {
      const body = { [field]: to };
      // The words of an item may be the team's, which only its own path knows.
      const saved = isItem(object.kind)
        ? await api.patch(itemPath, { path: { item: object.id }, body, version: at })
        : await api.patch('/objects/{object}', { path: { object: object.id }, body, version: at });
      queries.setQueryData(keyOf('/objects/{object}', { path: { object: object.reference } }), saved);
      void refresh(...paths, itemPath);
      return saved;
    };
    offer({
      done: `${object.reference} ${field === 'title' ? 'renamed' : 'description saved'}`, answer: await put(text, version),
      run: (back: Item | ObjectView) => put(text, back.version), undo: (now) => put(object[field], now.version),
    });
  };
}

function Tools({ object }: { object: ObjectView }) {
  const product = useProduct();
  const path = { object: object.id };
  const again = [...paths, '/products/{product}/items'];
  const follow = (on: boolean) => act({
    run: () => (on ? api.put('/objects/{object}/followers/me', { path }) : api.del('/objects/{object}/followers/me', { path })),
    refresh: [...paths, '/objects/{object}/followers'],
  });
  const archive = (on: boolean) => (on ? api.put('/objects/{object}/archive', { path }) : api.del('/objects/{object}/archive', { path }));
  return (
    <div className="row wrap object-tools">
      <Button look="quiet" icon={object.following ? BellRing : Bell} onPress={() => void follow(!object.following)}>
        {object.following ? 'Following' : 'Follow'}
      </Button>
      <Followers object={object} />
      <Button look="quiet" icon={Link2} onPress={() => void copyLink(product.key, object.reference)}>Copy link</Button>
      {!isDeciding(object.kind) && <Ask object={object} />}
      <Button
        look="quiet" icon={object.archived_at ? ArchiveRestore : Archive} allowed={object.kind === 'proposal' ? { ok: false, why: 'A proposal is withdrawn, not archived' } : may(object.can, kinds[object.kind].edit)}
        onPress={() => void act({
          run: () => archive(!object.archived_at), done: `${object.reference} ${object.archived_at ? 'restored' : 'archived'}`, undo: () => archive(object.archived_at !== null), refresh: again,
        })}
      >
        {object.archived_at ? 'Restore' : 'Archive'}
      </Button>
    </div>
  );
}

function Panel({ object }: { object: ObjectView }) {
  const allowed = useMayWrite(object);
  const Slot = slotParts[object.kind];
  const textName = textNames[object.kind] ?? 'Description';
  return (
    <div className="object stack loose">
      <div className="stack">
        <EditableText name={`${object.reference}:title`} label="Title" value={object.title} version={object.version} allowed={allowed} save={save(object, 'title')} heading={use(TitleLevel)}>
          {object.title}
        </EditableText>
        <About object={object} />
        <Tools object={object} />
      </div>
      {!isDeciding(object.kind) && <Throughline object={object} />}
      {Slot && <Suspense fallback={<LoadingRows rows={3} />}><Slot object={object} refresh={() => void refresh(...paths)} /></Suspense>}
      {object.kind !== 'vision' && (
        <section className="section" aria-label={textName}>
          <PartTitle>{textName}</PartTitle>
          <EditableText name={`${object.reference}:body`} label={textName} value={object.body} version={object.version} allowed={allowed} save={save(object, 'body')} multiline>
            {object.body === '' ? <span className="muted">No {textName.toLowerCase()}</span> : <Markdown html={object.body_html} />}
          </EditableText>
        </section>
      )}
      {object.imported && object.imported.length > 0 && (
        <section className="section" aria-label="Kept from the import">
          <PartTitle>Kept from the import</PartTitle>
          <dl className="pairs">{object.imported.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
        </section>
      )}
      {!isDeciding(object.kind) && <Decided object={object} />}
      <Links object={object} />
      <Comments object={object} />
      <Attachments object={object} />
      <History object={object} />
    </div>
  );
}

/** Everything about one object; what only its room knows stands in the room's slot. */
export function ObjectPanel({ reference, heading = 2 }: { reference: string; heading?: 1 | 2 }) {
  return <TitleLevel value={heading}><Load query={useObject(reference)} rows={8}>{(object) => <Panel object={object} />}</Load></TitleLevel>;
}
