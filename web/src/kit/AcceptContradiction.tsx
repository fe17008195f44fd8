import { useState } from 'react';
import { api } from '../api/client';
import type { ContradictionRow } from '../api/types';
import { act } from './data';
import { TextArea, TextField } from './Field';
import { FormDialog } from './FormDialog';
import { formatDate } from './format';
import { may } from './may';
import { useProduct } from './session';

const path = '/products/{product}/contradictions/acceptance';
const refresh = ['/products/{product}/contradictions', '/objects/{object}/contradictions', '/products/{product}/line', '/products/{product}/line/thread', '/products/{product}/home'];

const which = ({ rule, one, other }: ContradictionRow) => ({ rule, one: one.id, other: other.id });

function accept(product: string, row: ContradictionRow, until: string, reason: string) {
  return api.put(path, { path: { product }, body: { ...which(row), until, reason } });
}

function reopen(product: string, row: ContradictionRow) {
  return api.del(path, { path: { product }, query: which(row) });
}

/** Opens again what was accepted knowingly. */
export function reopenContradiction(product: string, row: ContradictionRow) {
  const { accepted_until: until, reason } = row;
  return act({
    run: () => reopen(product, row), done: 'Open again', refresh,
    undo: until === null || reason === null ? undefined : () => accept(product, row, until, reason).then(() => undefined),
  });
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Accepts a contradiction knowingly until a day. */
export function AcceptContradiction({ row, onClose }: { row: ContradictionRow; onClose: () => void }) {
  const product = useProduct();
  const [until, setUntil] = useState(inDays(30));
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title="Accept it knowingly" submit="Accept" ready={until !== '' && reason.trim() !== ''} allowed={may(row.can, row.decision)} onClose={onClose}
      save={({ refused }) => act({
        run: () => accept(product.key, row, until, reason.trim()), done: `Accepted until ${formatDate(until)}`, undo: () => reopen(product.key, row).then(() => row), refresh, refused,
      })}
    >
      {(errorOf) => (
        <>
          <p>{row.sentence}</p>
          <TextArea label="Why it may stand" value={reason} onChange={setReason} error={errorOf('reason')} rows={3} autoFocus required />
          <TextField label="Until" type="date" value={until} onChange={setUntil} min={inDays(1)} max={inDays(365)} error={errorOf('until')} help="The last day of it. After that it is open again." required />
        </>
      )}
    </FormDialog>
  );
}
