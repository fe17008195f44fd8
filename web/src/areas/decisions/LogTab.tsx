import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { api } from '../../api/client';
import type { DecisionRecord } from '../../api/types';
import { Button, EmptyState, formatMoment, keyOf, Load, Markdown, may, More, ObjectLink, PersonBadge, useCursor, usePages, useProduct } from '../../kit';
import { logPath } from './actions';
import { Record } from './Record';

const pageSize = 30;
const searchPath = '/products/{product}/search';

function RecordRow({ record }: { record: DecisionRecord }) {
  const { reference, title, context_html: context, decided_by: by, decided_at: at } = record;
  return (
    <>
      <div className="row between wrap question-head">
        <h2 className="question-title"><ObjectLink object={{ reference, title, kind: 'decision' }} bare /></h2>
        <span className="row muted"><PersonBadge person={by} named /><time dateTime={at}>{formatMoment(at)}</time></span>
      </div>
      <Record record={record}>{context === '' ? undefined : <Markdown html={context} />}</Record>
    </>
  );
}

function Log({ rows }: { rows: DecisionRecord[] }) {
  const { rowProps } = useCursor(rows, 'Log');
  return <ol className="question-list">{rows.map((record) => <li key={record.id} {...rowProps(record.id)} className="question-row cursor-row"><RecordRow record={record} /></li>)}</ol>;
}

type Hit = { id: string; reference: string; title: string; snippet: string };

function Hits({ rows }: { rows: Hit[] }) {
  const { rowProps } = useCursor(rows, 'Log');
  return (
    <ol className="question-list">
      {rows.map(({ id, reference, title, snippet }) => (
        <li key={id} {...rowProps(id)} className="question-row cursor-row"><span className="question-title cursor-link"><ObjectLink object={{ reference, title, kind: 'decision' }} /></span>{snippet !== '' && <span className="muted">{snippet}</span>}</li>
      ))}
    </ol>
  );
}

function Found({ text, onClear }: { text: string; onClear: () => void }) {
  const product = useProduct();
  const request = { path: { product: product.key }, query: { q: text, kinds: 'decision', limit: 100 } };
  const query = useQuery({ queryKey: keyOf(searchPath, request), queryFn: ({ signal }) => api.get(searchPath, { ...request, signal }), placeholderData: keepPreviousData });
  return (
    <Load query={query} rows={6}>
      {({ rows }) => (rows.length === 0
        ? <EmptyState action={<Button onPress={onClear}>Clear the search</Button>}>No decision speaks of this.</EmptyState>
        : <Hits rows={rows} />)}
    </Load>
  );
}

/** What was decided, the newest first; or what a search finds of it. */
export function LogTab({ text, onClear, onWrite }: { text: string; onClear: () => void; onWrite: () => void }) {
  const product = useProduct();
  const asked = useDeferredValue(text.trim());
  const query = usePages(logPath, { path: { product: product.key }, query: { limit: pageSize } }, { live: ['decision'], enabled: asked === '' });
  if (asked !== '') return <div className="decide-scroll"><Found text={asked} onClear={onClear} /></div>;
  return (
    <div className="decide-scroll">
      <Load query={query} rows={6}>
        {(rows) => (rows.length === 0 ? (
          <EmptyState action={<Button keys="c" allowed={may(product.can, 'log')} onPress={onWrite}>Write one down</Button>}>
            Nothing was decided yet. What is decided about a proposal is written here by itself; other decisions are written down by hand.
          </EmptyState>
        ) : <Log rows={rows} />)}
      </Load>
      <div className="waiting-more"><More pages={query} label="Show earlier ones" /></div>
    </div>
  );
}
