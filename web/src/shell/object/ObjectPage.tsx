import { Load, Main, Page, useParam } from '../../kit';
import { ObjectHead, useObject } from './ObjectHead';
import { ObjectPanel } from './ObjectPanel';
import { useEffect } from 'react';

/** One object on its own page: the same panel, full width. */
export function ObjectPage() {
  const reference = useParam('reference');
  const query = useObject(reference);
  const { data } = query;
  useEffect(() => { document.title = `${reference} ${data?.title ?? ''} · Throughline` }, [reference, data?.title]);
  if (data === undefined) return <Page title={reference} layout="read"><Load query={query} rows={8}>{() => null}</Load></Page>;
  return (
    <Main>
      <header className="page-bar"><ObjectHead reference={reference} /></header>
      <div className="page-body read"><ObjectPanel key={reference} reference={reference} heading={1} /></div>
    </Main>
  );
}
