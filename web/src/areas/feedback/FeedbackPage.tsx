import { useDeferredValue, useRef, useState } from 'react';
import {
  Button, ErrorState, formatCount, itemKinds, Load, LoadingRows, may, Page, Segments, toast, ToggleChip, useAll, useKeys, usePages, useProduct, useSetUrl, useUrl, useUrlText,
} from '../../kit';
import { customersPath, feedbackPath, stateNames, states } from './actions';
import { CustomersTab } from './CustomersTab';
import { CustomerForm, FeedbackForm } from './forms';
import { InboxTab } from './InboxTab';
import { SearchField } from './SearchField';
import './feedback.css';

const pageSize = 100;

/** Feedback of a state, newest first, page by page. */
function useInbox(product: string, state: string, text: string) {
  return usePages(feedbackPath, { path: { product }, query: { state: state === 'all' ? undefined : state, q: text, limit: pageSize } }, { live: ['feedback', 'customer', 'release', 'opportunity', 'initiative', ...itemKinds] });
}

function Inbox({ text, onClear, onAdd, field }: { text: string; onClear: () => void; onAdd: () => void; field: React.RefObject<HTMLInputElement | null> }) {
  const product = useProduct();
  const state = useUrl().state ?? 'new';
  const inbox = useInbox(product.key, state, useDeferredValue(text.trim()));
  if (inbox.data === undefined) return inbox.error ? <ErrorState problem={inbox.error} onRetry={() => void inbox.refetch()} /> : <LoadingRows rows={10} />;
  return (
    <InboxTab
      rows={inbox.data} more={inbox.hasNextPage} onMore={() => void inbox.fetchNextPage()} state={state}
      filtered={text.trim() !== ''} onClear={onClear} onAdd={onAdd} field={field}
    />
  );
}

export default function FeedbackPage() {
  const product = useProduct();
  const setUrl = useSetUrl();
  const { tab, state = 'new' } = useUrl();
  const inCustomers = tab === 'customers';
  const [text, search] = useUrlText('q');
  const [adding, setAdding] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const customers = useAll(customersPath, { path: { product: product.key } }, { live: ['customer', 'feedback'], enabled: inCustomers });
  const allowed = may(product.can, 'feedback');

  const clear = () => search('');
  const add = () => { if (allowed.ok) setAdding(true); else toast(allowed.why ?? '') };
  const showTab = (next: string | undefined) => setUrl({ tab: next, q: undefined, state: undefined, order: undefined, peek: undefined });
  useKeys([
    { keys: 'c', does: inCustomers ? 'New customer' : 'Add feedback', group: 'Feedback: do', run: add },
    { keys: 't', does: inCustomers ? 'Show the inbox' : 'Show the customers', group: 'Feedback: do', run: () => showTab(inCustomers ? undefined : 'customers') },
  ]);

  return (
    <Page
      title="Feedback" layout="list"
      note={inCustomers && customers.data ? formatCount(customers.data.length, 'customer') : undefined}
      filters={
        <>
          <div className="feedback-view">
            <Segments
              label="Inbox or customers" hideLabel value={inCustomers ? 'customers' : 'inbox'} onChange={(next) => showTab(next === 'customers' ? next : undefined)}
              options={[{ id: 'inbox', label: 'Inbox' }, { id: 'customers', label: 'Customers' }]}
            />
          </div>
          {!inCustomers && [...states, 'all' as const].map((one) => (
            <ToggleChip key={one} on={state === one} onChange={() => setUrl({ state: one === 'new' ? undefined : one })}>{one === 'all' ? 'All' : stateNames[one]}</ToggleChip>
          ))}
          <SearchField label={inCustomers ? 'Search customers' : 'Search feedback'} value={text} onChange={search} field={field} />
        </>
      }
      actions={<Button look="primary" keys="c" allowed={allowed} onPress={add}>{inCustomers ? 'New customer' : 'Add feedback'}</Button>}
    >
      {inCustomers
        ? <Load query={customers} rows={10}>{(rows) => <CustomersTab customers={rows} text={text} onClear={clear} onAdd={add} field={field} />}</Load>
        : <Inbox text={text} onClear={clear} onAdd={add} field={field} />}
      {adding && (inCustomers ? <CustomerForm onClose={() => setAdding(false)} /> : <FeedbackForm onClose={() => setAdding(false)} />)}
    </Page>
  );
}
