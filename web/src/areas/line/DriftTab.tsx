import { useState } from 'react';
import { api } from '../../api/client';
import type { DriftRow } from '../../api/types';
import {
  act, Button, EmptyState, formatAgo, formatCount, FormDialog, formatNumber, Load, may, More, ObjectLink, TextField, toast, useCursor, useGet, useKeys, usePages, useProduct,
} from '../../kit';
import { askedOf, type DriftGroup, fieldWords, groupsOf } from './drift';

const driftPath = '/products/{product}/drift';
const again = [driftPath, '/products/{product}/line', '/products/{product}/line/thread', '/products/{product}/home'];
const atOnce = 200;

/** Says that it still stands as it was agreed. */
function confirm(product: string, what: { ids: string[] } | { source: string; field: string }) {
  return act({
    run: () => api.post('/products/{product}/drift/confirmations', { path: { product }, body: what }),
    done: ({ ids, left }) => `${formatCount(ids.length, 'thing')} confirmed${left > 0 ? `, ${formatNumber(left)} to go` : ''}`,
    undo: ({ ids }) => api.post('/products/{product}/drift/reopenings', { path: { product }, body: { ids } }),
    refresh: again,
  });
}

function AskForm({ row, onClose }: { row: DriftRow; onClose: () => void }) {
  const product = useProduct();
  const role = askedOf(row);
  const [title, setTitle] = useState(`Does the new ${fieldWords(row.field)} of ${row.source.reference} change ${row.object.reference}?`);
  return (
    <FormDialog
      title={`Ask the ${role.replace('_', ' ')}`} submit="Ask" ready={title.trim() !== ''} allowed={may(product.can, 'question')} onClose={onClose}
      save={({ refused }) => act({
        run: () => api.post('/products/{product}/questions', { path: { product: product.key }, body: { title: title.trim(), role, about: row.object.id } }),
        done: 'Asked', undo: (made) => api.put('/objects/{object}/archive', { path: { object: made.id } }), refresh: ['/products/{product}/questions', '/objects/{object}/links', '/products/{product}/home'], refused,
      })}
    >
      {(errorOf) => <TextField label="Question" value={title} onChange={setTitle} error={errorOf('title')} autoFocus required />}
    </FormDialog>
  );
}

interface GroupProps { group: DriftGroup; rowProps: (id: string) => object; onConfirm: (row: DriftRow) => void; onAll: () => void; onAsk: (row: DriftRow) => void }

function Group({ group: { source, field, at, by, variants, total, own }, rowProps, onConfirm, onAll, onAsk }: GroupProps) {
  const listed = variants.reduce((sum, { rows }) => sum + rows.length, 0);
  const title = `The ${fieldWords(field)} of ${source.reference} changed`;
  return (
    <section className="line-drift card" aria-label={title}>
      <div className="row between wrap">
        <h2 className="line-drift-title">The {fieldWords(field)} of <ObjectLink object={source} /> changed</h2>
        {own > 0 && <Button keys="Shift+c" onPress={onAll}>{own === 1 ? 'Confirm the one that is yours' : `Confirm all ${formatNumber(own)} that are yours`}</Button>}
      </div>
      <p className="muted">{by?.name ?? 'Somebody'}, {formatAgo(at)}. {formatCount(total, 'thing')} below {total === 1 ? 'was' : 'were'} agreed before.</p>
      {variants.map(({ before, after, rows }) => (
        <div key={`${before} ${after}`} className="stack">
          <dl className="line-sides">
            <div><dt>Before</dt><dd>{before === '' ? <span className="muted">Nothing</span> : before}</dd></div>
            <div><dt>Now</dt><dd>{after === '' ? <span className="muted">Nothing</span> : after}</dd></div>
          </dl>
          <ul className="line-rows">
            {rows.map((row) => (
              <li key={row.id} {...rowProps(row.id)} className="line-row cursor-row">
                <span className="cursor-link grow"><ObjectLink object={row.object} /></span>
                <span className="cursor-over row">
                  <Button look="quiet" keys="q" onPress={() => onAsk(row)}>Ask…</Button>
                  <Button keys="c" allowed={may(row.can, row.decision)} onPress={() => onConfirm(row)}>Confirm</Button>
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {listed < total && <p className="muted">{formatNumber(total - listed)} more below this change follow further down the list.</p>}
    </section>
  );
}

function Groups({ groups }: { groups: DriftGroup[] }) {
  const product = useProduct();
  const rows = groups.flatMap(({ variants }) => variants.flatMap((variant) => variant.rows.map((row) => ({ id: row.id, reference: row.object.reference, row }))));
  const { here, rowProps } = useCursor(rows, 'Drift');
  const [asking, setAsking] = useState<DriftRow | null>(null);
  const one = (row: DriftRow) => {
    const allowed = may(row.can, row.decision);
    if (allowed.ok) void confirm(product.key, { ids: [row.id] });
    else toast(allowed.why ?? '');
  };
  const all = ({ source, field, own }: DriftGroup) => {
    if (own > 0) void confirm(product.key, { source: source.id, field });
    else toast('None of these is yours to confirm');
  };
  const groupHere = groups.find(({ variants }) => variants.some((variant) => variant.rows.some(({ id }) => id === here?.id)));
  useKeys([
    { keys: 'c', does: 'Confirm it', group: 'Drift: do', run: () => { if (here) one(here.row) } },
    { keys: 'Shift+c', does: 'Confirm all of this change that are yours', group: 'Drift: do', run: () => { if (groupHere) all(groupHere) } },
    { keys: 'q', does: 'Ask who decided the change…', group: 'Drift: do', run: () => { if (here) setAsking(here.row) } },
  ]);
  return (
    <>
      {groups.map((group) => <Group key={group.key} group={group} rowProps={rowProps} onConfirm={one} onAll={() => all(group)} onAsk={setAsking} />)}
      {asking && <AskForm row={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

/** What was agreed against something that has changed since, by the change. */
export function DriftTab() {
  const product = useProduct();
  const path = { product: product.key };
  const pages = usePages(driftPath, { path, query: { limit: atOnce } }, { live: 'all' });
  const counts = useGet(driftPath, { path, query: { limit: 1 } }, { live: 'all' });
  return (
    <Load query={pages} rows={8}>
      {(rows) => (
        <Load query={counts} rows={8}>
          {({ total, below }) => (rows.length === 0
            ? <EmptyState>Nothing has drifted. When something changes that other things were agreed against, it stands here until whoever decides about them has looked at them.</EmptyState>
            : (
              <>
                <p className="line-sentence">{formatCount(total, 'thing')} {total === 1 ? 'was' : 'were'} agreed against something that has changed since. Confirm what still stands, change what does not, or ask.</p>
                <Groups groups={groupsOf(rows, below)} />
                <More pages={pages} />
              </>
            ))}
        </Load>
      )}
    </Load>
  );
}
