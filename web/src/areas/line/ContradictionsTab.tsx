import { useState } from 'react';
import type { ContradictionRow } from '../../api/types';
import {
  AcceptContradiction, Button, EmptyState, formatAgo, formatCount, formatDate, Load, may, ObjectLink, reopenContradiction, toast, useCursor, useGet, useKeys, useProduct, useUrl, Ways,
} from '../../kit';

const path = '/products/{product}/contradictions';

function List({ rows: found, accepted }: { rows: ContradictionRow[]; accepted: boolean }) {
  const product = useProduct();
  const rows = found.map((row) => ({ ...row, id: `${row.rule} ${row.one.id} ${row.other.id}`, reference: row.one.reference }));
  const { here, rowProps } = useCursor(rows, 'Contradictions');
  const [accepting, setAccepting] = useState<ContradictionRow | null>(null);
  const settle = (row: ContradictionRow) => {
    const allowed = may(row.can, row.decision);
    if (!allowed.ok) toast(allowed.why ?? '');
    else if (!accepted) setAccepting(row);
    else void reopenContradiction(product.key, row);
  };
  useKeys([{ keys: 'a', does: accepted ? 'Open it again' : 'Accept it knowingly…', group: 'Contradictions: do', run: () => { if (here) settle(here) } }]);
  return (
    <>
      <ul className="line-rows">
        {rows.map((row) => (
          <li key={row.id} {...rowProps(row.id)} className="line-contradiction cursor-row">
            <div className="stack grow">
              <strong>{row.title}</strong>
              <p>{row.sentence}</p>
              <p className="row wrap cursor-over"><ObjectLink object={row.one} />{row.other.id !== row.one.id && <><span className="muted" aria-hidden>↔</span><ObjectLink object={row.other} /></>}</p>
              <p className="muted">
                {accepted
                  ? `Accepted until ${row.accepted_until === null ? 'no day' : formatDate(row.accepted_until)} by ${row.accepted_by?.name ?? 'somebody'}: ${row.reason ?? ''}`
                  : `Since ${formatDate(row.since)}, ${formatAgo(row.since)}. The ${row.roles.map((role) => role.replaceAll('_', ' ')).join(' or ')} can resolve it.`}
              </p>
            </div>
            <span className="cursor-over"><Button keys="a" look={accepted ? 'quiet' : 'plain'} allowed={may(row.can, row.decision)} onPress={() => settle(row)}>{accepted ? 'Open again' : 'Accept…'}</Button></span>
          </li>
        ))}
      </ul>
      {accepting && <AcceptContradiction row={accepting} onClose={() => setAccepting(null)} />}
    </>
  );
}

/** What contradicts what in the plan, and what of it was accepted knowingly. */
export function ContradictionsTab() {
  const product = useProduct();
  const state = useUrl().state === 'accepted' ? 'accepted' : 'open';
  const query = useGet(path, { path: { product: product.key }, query: { state } }, { live: 'all' });
  return (
    <>
      <Ways label="Which ones" value={state} ways={[{ id: 'open', label: 'Open', query: { tab: 'contradictions' } }, { id: 'accepted', label: 'Accepted', query: { tab: 'contradictions', state: 'accepted' } }]} />
      <Load query={query} rows={6}>
        {({ rows, total }) => (rows.length === 0
          ? <EmptyState>{state === 'open' ? 'Nothing in the plan contradicts anything else.' : 'No contradiction was accepted knowingly.'}</EmptyState>
          : (
            <>
              <p className="line-sentence">
                {state === 'open'
                  ? `${formatCount(total, 'contradiction')} ${total === 1 ? 'stands' : 'stand'} in the plan. Resolve one by changing either thing, or accept it knowingly until a day.`
                  : `${formatCount(total, 'contradiction')} ${total === 1 ? 'is' : 'are'} accepted until a day.`}
                {rows.length < total && ` The ${rows.length} that stand longest.`}
              </p>
              <List key={state} rows={rows} accepted={state === 'accepted'} />
            </>
          ))}
      </Load>
    </>
  );
}
