import { useState } from 'react';
import { api } from '../../api/client';
import type { Vision, VisionContent, VisionPage as Answer, VisionVersion } from '../../api/types';
import {
  act, Button, Chip, EmptyState, formatDate, FormDialog, Load, may, Page, PersonBadge, Section, TextArea, TextField, useDraft, useGet, useKeys, useProduct, useSetUrl, useUrl,
} from '../../kit';
import { boardParts, changed, contentOf, emptyBoard, statement } from './board';
import './vision.css';

const path = '/products/{product}/vision';

function Board({ content }: { content: VisionContent }) {
  return (
    <article className="vision-board" aria-label="Product vision board">
      <p className="vision-statement">{content.statement}</p>
      <div className="vision-parts">
        {boardParts.map(({ id, name, asks }) => (
          <section key={id} className="vision-part" aria-label={name}>
            <h2 className="vision-part-name">{name}</h2>
            {content[id] === '' ? <p className="muted">Not said yet. {asks}</p> : <p className="vision-text">{content[id]}</p>}
          </section>
        ))}
      </div>
    </article>
  );
}

function BoardForm({ content, onChange }: { content: VisionContent; onChange: (content: VisionContent) => void }) {
  const set = (id: keyof VisionContent) => (text: string) => onChange({ ...content, [id]: text });
  return (
    <div className="vision-board editing">
      <div className="vision-statement-field"><TextArea label={statement.name} help={statement.asks} value={content.statement} onChange={set('statement')} rows={3} required autoFocus /></div>
      <div className="vision-parts">
        {boardParts.map(({ id, name, asks }) => <TextArea key={id} label={name} help={asks} value={content[id]} onChange={set(id)} rows={7} />)}
      </div>
    </div>
  );
}

function Versions({ versions, shown, onShow }: { versions: VisionVersion[]; shown: number | undefined; onShow: (number: number | undefined) => void }) {
  return (
    <Section title="Versions">
      <ol className="vision-versions">
        {versions.map(({ number, at, by, reason }, index) => (
          <li key={number} className={shown === number ? 'vision-version shown' : 'vision-version'}>
            <span className="vision-version-number number">{number}</span>
            <time dateTime={at} className="muted">{formatDate(at)}</time>
            <PersonBadge person={by} named />
            <span className="vision-version-reason">{reason || <span className="muted">{index === versions.length - 1 ? 'First version' : 'No reason given'}</span>}</span>
            {index === 0
              ? <Chip>Present</Chip>
              : <Button look="quiet" onPress={() => onShow(shown === number ? undefined : number)}>{shown === number ? 'Close' : 'Compare'}<span className="only-heard"> version {number} with the present one</span></Button>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Comparison({ then, now, onUse }: { then: VisionVersion; now: Vision; onUse: () => void }) {
  const product = useProduct();
  const differing = changed(then, now);
  const parts = [statement, ...boardParts];
  const same = parts.filter(({ id }) => !differing.includes(id)).map(({ name }) => name.toLowerCase());
  return (
    <Section
      title={`Version ${then.number} beside version ${now.number}`}
      actions={<Button look="quiet" allowed={may(product.can, 'vision')} onPress={onUse}>Write on from version {then.number}</Button>}
    >
      <div className="vision-compare" role="table" aria-label="Two versions side by side">
        <div role="row" className="vision-compare-row head">
          <span role="columnheader">Version {then.number}, {formatDate(then.at)}</span><span role="columnheader">Version {now.number}, now</span>
        </div>
        {parts.filter(({ id }) => differing.includes(id)).map(({ id, name }) => (
          <div key={id} role="row" className="vision-compare-row">
            <div role="rowheader" className="vision-compare-name">{name}</div>
            <p role="cell" className="vision-text">{then[id] === '' ? <span className="muted">Not said</span> : then[id]}</p>
            <p role="cell" className="vision-text">{now[id] === '' ? <span className="muted">Not said</span> : now[id]}</p>
          </div>
        ))}
      </div>
      {same.length > 0 && <p className="muted">{differing.length === 0 ? 'Both say the same.' : `The same in both: ${same.join(', ')}.`}</p>}
    </Section>
  );
}

interface Draft { content: VisionContent; /** The version that it was written upon: one published meanwhile is a conflict, not overwritten. */ based: number | null }

function Publish({ draft: { content, based }, vision, onSettled, onClose }: { draft: Draft; vision: Vision | null; onSettled: () => void; onClose: () => void }) {
  const product = useProduct();
  const [reason, setReason] = useState('');
  const number = (vision?.number ?? 0) + 1;
  return (
    <FormDialog
      title={`Publish version ${number}`} submit="Publish" ready allowed={may(product.can, 'vision')} onClose={onClose} onSaved={onSettled} onLetGo={onSettled}
      save={({ refused, version }) => act({
        run: () => api.put(path, { path: { product: product.key }, body: { ...content, reason: reason.trim() === '' ? undefined : reason.trim() }, version: version ?? based ?? undefined }),
        done: `Version ${number} of the vision is published`, refused,
        refresh: [path, '/objects/{object}', '/objects/{object}/why'],
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Why did it change? (optional)" value={reason} onChange={setReason} error={errorOf('reason') ?? errorOf('statement')} autoFocus help="Stands beside the version, for those who read it later." />
          <p className="muted">Everyone in the product sees it at once. Earlier versions stay.</p>
        </>
      )}
    </FormDialog>
  );
}

function Opened({ vision, versions }: Pick<Answer, 'vision' | 'versions'>) {
  const product = useProduct();
  const setUrl = useSetUrl();
  const asked = useUrl().version;
  const allowed = may(product.can, 'vision');
  const saved: Draft = { content: vision ? contentOf(vision) : emptyBoard, based: vision?.version ?? null };
  const draft = useDraft(`${product.key}:vision`, JSON.stringify(saved));
  const [editing, setEditing] = useState(draft.dirty);
  const [publishing, setPublishing] = useState(false);
  const written = JSON.parse(draft.text) as Draft;
  const { content, based } = written;
  const write = (next: VisionContent) => draft.set(JSON.stringify({ content: next, based } satisfies Draft));

  const older = versions.slice(1);
  const then = asked === undefined ? undefined : older.find((version) => String(version.number) === asked);
  const show = (number: number | undefined) => setUrl({ version: number === undefined ? undefined : String(number) });
  const walk = (by: 1 | -1) => {
    const index = then === undefined ? -1 : older.indexOf(then);
    show(older[index + by]?.number);
  };
  const edit = () => { if (allowed.ok) setEditing(true) };
  const stop = () => {
    draft.clear();
    setEditing(false);
    setPublishing(false);
  };
  useKeys([
    { keys: 'e', does: vision ? 'Edit the vision' : 'Write the vision', group: 'Vision', run: edit },
    { keys: 'j', does: 'Compare with an older version', group: 'Vision', run: () => walk(1) },
    { keys: 'k', does: 'Compare with a newer version', group: 'Vision', run: () => walk(-1) },
    { keys: 'Escape', does: 'Close the comparison', group: 'Vision', run: () => show(undefined), quiet: true },
    { keys: '$mod+Enter', does: 'Publish the vision', group: 'Vision', run: () => { if (editing && content.statement.trim() !== '') setPublishing(true) }, everywhere: true, quiet: true },
  ]);

  const actions = editing ? (
    <>
      {draft.dirty && <span className="muted vision-kept">Draft kept on this device</span>}
      <Button onPress={stop}>{draft.dirty ? 'Discard' : 'Cancel'}</Button>
      <Button look="primary" keys="$mod+Enter" allowed={allowed} disabled={!draft.dirty || content.statement.trim() === ''} onPress={() => setPublishing(true)}>Publish…</Button>
    </>
  ) : vision && <Button look="primary" keys="e" allowed={allowed} onPress={edit}>Edit</Button>;
  return (
    <Page title="Product vision" note={vision && `version ${vision.number}`} actions={actions}>
      {editing && vision && based !== vision.version && <p role="status" className="field-error">Version {vision.number} was published while you were writing. Publishing yours asks which one to keep.</p>}
      {editing && <BoardForm content={content} onChange={write} />}
      {!editing && vision && <Board content={vision} />}
      {!editing && !vision && (
        <EmptyState action={<Button look="primary" keys="e" allowed={allowed} onPress={edit}>Write the vision</Button>}>
          The vision says why the product exists, for whom, and what it changes for them. Everything else on the line leads up to it, and it has not been written yet: one sentence is a good start.
        </EmptyState>
      )}
      {vision && then && <Comparison then={then} now={vision} onUse={() => { write(contentOf(then)); show(undefined); setEditing(true) }} />}
      {versions.length > 0 && <Versions versions={versions} shown={then?.number} onShow={show} />}
      {publishing && <Publish draft={written} vision={vision} onSettled={stop} onClose={() => setPublishing(false)} />}
    </Page>
  );
}

export default function VisionPage() {
  const product = useProduct();
  const vision = useGet(path, { path: { product: product.key } }, { live: ['vision'] });
  if (vision.data === undefined) return <Page title="Product vision"><Load query={vision} rows={5}>{() => null}</Load></Page>;
  return <Opened key={product.key} vision={vision.data.vision} versions={vision.data.versions.toSorted((a, b) => b.number - a.number)} />;
}
