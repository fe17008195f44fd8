import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { FileUp, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { DropZone, FileTrigger } from 'react-aria-components';
import { Problem } from '../../api/client';
import type { ImportBatch, ImportMapping, ImportReport } from '../../api/types';
import {
  act, Button, Chip, Dialog, ErrorState, formatCount, formatMoment, formatNumber, formatSize, Load, LoadingRows, may, More, Page, PageLink, queries, Section, toast, usePages, useProduct,
} from '../../kit';
import { importsPath, readFile, type Undone, undoImport } from './actions';
import { encodingNames, sumOf } from './mapping';
import { Rejected, Review } from './Review';
import './import.css';

/** Files with the same name are told apart by a number, so that a file chosen anew is read anew. */
interface Chosen { file: File; number: number }

/** 'APP-1, APP-2 and 3 more'. */
function namesOf(items: Undone['left_alone'], most = 5): string {
  const rest = items.length - most;
  return `${items.slice(0, most).map(({ reference }) => reference).join(', ')}${rest > 0 ? ` and ${formatNumber(rest)} more` : ''}`;
}

function Choosing({ onFile }: { onFile: (file: File) => void }) {
  const product = useProduct();
  const allowed = may(product.can, 'import');
  const take = (files: Iterable<File> | null) => {
    const [file] = files ?? [];
    if (file) onFile(file);
  };
  return (
    <DropZone
      className="import-drop" isDisabled={!allowed.ok} aria-label="Drop a Jira CSV here"
      onDrop={(event) => void (async () => {
        const dropped = event.items.find((item) => item.kind === 'file');
        if (dropped?.kind === 'file') take([await dropped.getFile()]);
      })()}
    >
      <FileUp size={24} strokeWidth={1.5} aria-hidden />
      <p>Drop a Jira export here: in Jira, “Export issues”, then “CSV (all fields)”.</p>
      {allowed.ok ? <FileTrigger acceptedFileTypes={['.csv', 'text/csv']} onSelect={take}><Button look="primary">Choose a file…</Button></FileTrigger> : <Button look="primary" allowed={allowed}>Choose a file…</Button>}
      <p className="muted">It is only read at first. Nothing is written before you have seen what would become of it.</p>
    </DropZone>
  );
}

/** Asked only of a file that is not text as it is; nobody knows the answer for the others, and none is needed. */
function Encoding({ mapping, onMapping }: { mapping: ImportMapping; onMapping: (mapping: ImportMapping) => void }) {
  const choose = (encoding: string) => onMapping({ ...mapping, encoding: encoding === '' ? null : encoding as ImportMapping['encoding'] });
  return (
    <label className="field">
      <span className="field-label">How is the text in this file written?</span>
      <select className="input import-pick" value={mapping.encoding ?? ''} onChange={(event) => choose(event.target.value)}>
        <option value="">UTF-8, as Jira exports it</option>
        {Object.entries(encodingNames).map(([encoding, name]) => <option key={encoding} value={encoding}>{name}</option>)}
      </select>
      <span className="field-help">A spreadsheet that saved it anew may have changed that. Names with accents show whether it is the right one.</span>
    </label>
  );
}

function Reviewing({ chosen: { file, number }, onDone, onLeave }: { chosen: Chosen; onDone: (report: ImportReport) => void; onLeave: () => void }) {
  const product = useProduct();
  const [mapping, setMapping] = useState<ImportMapping>({});
  const [busy, setBusy] = useState(false);
  const query = useQuery({
    queryKey: ['dry run', product.key, number, mapping],
    queryFn: ({ signal }) => readFile(product.key, file, mapping, true, signal),
    placeholderData: keepPreviousData, staleTime: Number.POSITIVE_INFINITY, gcTime: 0,
  });
  const report = query.data;
  const run = async () => {
    setBusy(true);
    const done = await act({
      run: () => readFile(product.key, file, mapping, false),
      undo: async (answer) => {
        const undone = answer.batch_id === null ? null : await undoImport(answer.batch_id);
        if (undone && undone.left_alone.length > 0) toast(`Worked on since, so left alone: ${namesOf(undone.left_alone)}`);
      },
      done: `${file.name} imported`, refresh: [importsPath],
    });
    setBusy(false);
    if (!done) return;
    await queries.invalidateQueries();
    onDone(done);
  };
  const isWrong = query.error instanceof Problem && query.error.body.type === '/problems/wrong-encoding';
  const fine = report ? report.created + report.updated : 0;
  return (
    <section className="stack loose" aria-label="Review">
      <div className="import-bar">
        <div className="grow">
          <h2 className="import-file">{file.name} <span className="muted">{formatSize(file.size)}</span></h2>
          <p className="number" role="status">{query.isFetching ? 'Reading the file…' : report ? sumOf(report) : ''}</p>
        </div>
        <Button disabled={busy} onPress={onLeave}>Choose another</Button>
        <Button look="primary" disabled={busy || query.isFetching || query.error !== null || fine === 0} onPress={() => void run()}>
          {busy ? 'Importing…' : fine === 0 ? 'Nothing to import' : `Import ${formatCount(fine, 'row')}`}
        </Button>
      </div>
      {(isWrong || typeof mapping.encoding === 'string') && <Encoding mapping={mapping} onMapping={setMapping} />}
      {query.error !== null ? <ErrorState problem={query.error} onRetry={() => void query.refetch()} />
        : report ? <Review report={report} mapping={mapping} onMapping={setMapping} /> : <LoadingRows rows={6} />}
    </section>
  );
}

function Result({ report, onNext }: { report: ImportReport; onNext: () => void }) {
  return (
    <section className="card import-result stack" aria-label="Result">
      <h2>{report.file} is imported</h2>
      <p className="number">{sumOf(report)}</p>
      {report.rejected.length > 0 && (
        <details><summary>{formatCount(report.rejected.length, 'rejected row')}</summary>
          <Rejected rows={report.rejected} />
        </details>
      )}
      <div className="row wrap"><PageLink to="backlog">Go to the backlog</PageLink><Button look="quiet" onPress={onNext}>Import another file</Button></div>
    </section>
  );
}

function UndoDialog({ batch, onUndone, onClose }: { batch: ImportBatch; onUndone: (undone: Undone) => void; onClose: () => void }) {
  const undo = async () => {
    onClose();
    const undone = await act({ run: () => undoImport(batch.id), done: `The import of ${batch.file} is undone` });
    if (undone) onUndone(undone);
  };
  return (
    <Dialog open onClose={onClose} title={`Undo the import of ${batch.file}?`} foot={<><Button onPress={onClose}>Keep it</Button><Button look="danger" onPress={() => void undo()}>Undo the import</Button></>}>
      <p>{formatCount(batch.created, 'item')} that it made {batch.created === 1 ? 'is' : 'are'} archived, and {formatCount(batch.updated, 'item')} that it changed {batch.updated === 1 ? 'is' : 'are'} as before. What somebody has worked on since is left alone and named.</p>
    </Dialog>
  );
}

function Batches() {
  const product = useProduct();
  const query = usePages(importsPath, { path: { product: product.key } });
  const [asking, setAsking] = useState<ImportBatch | null>(null);
  const [undone, setUndone] = useState<Undone | null>(null);
  return (
    <Section title="Earlier imports">
      <Load query={query} rows={3}>
        {(rows) => (rows.length === 0 ? <p className="muted">None yet.</p> : (
          <ul className="import-batches">
            {rows.map((batch) => (
              <li key={batch.id} className="import-batch">
                <span className="import-name">{batch.file}</span>
                <span className="muted">{formatMoment(batch.at)}{batch.by && ` by ${batch.by.name}`}</span>
                <span className="muted number grow">{formatNumber(batch.created)} new, {formatNumber(batch.updated)} changed, {formatNumber(batch.unchanged)} as they were{batch.rejected > 0 && `, ${formatNumber(batch.rejected)} rejected`}</span>
                {batch.undone_at !== null ? <Chip>Undone {formatMoment(batch.undone_at)}</Chip> : <Button icon={Undo2} allowed={may(product.can, 'import')} onPress={() => setAsking(batch)}>Undo…</Button>}
              </li>
            ))}
          </ul>
        ))}
      </Load>
      <More pages={query} />
      {undone && undone.left_alone.length > 0 && (
        <div className="card stack" role="status">
          <p>{formatCount(undone.left_alone.length, 'item')} of {undone.file} {undone.left_alone.length === 1 ? 'was' : 'were'} left alone:</p>
          <ul className="import-findings">{undone.left_alone.map((item) => <li key={item.id}><PageLink to={`o/${item.reference}`}>{item.reference}</PageLink> {item.title} <span className="muted">{item.reason}</span></li>)}</ul>
        </div>
      )}
      {asking && <UndoDialog batch={asking} onUndone={setUndone} onClose={() => setAsking(null)} />}
    </Section>
  );
}

function Export() {
  const product = useProduct();
  const address = (format: string) => `/api/v1/products/${encodeURIComponent(product.key)}/export?format=${format}`;
  return (
    <Section title="Export">
      <p className="muted">Everything of {product.name} in open formats; it is yours.</p>
      <div className="row wrap">
        <a className="button plain" href={address('json')} download onClick={() => toast('The export is being made')}>Everything, as JSON with attachments</a>
        <a className="button plain" href={address('csv')} download onClick={() => toast('The export is being made')}>Items, as CSV</a>
      </div>
    </Section>
  );
}

export default function ImportPage() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  return (
    <Page title="Import and export">
      {report ? <Result report={report} onNext={() => setReport(null)} />
        : chosen ? <Reviewing key={chosen.number} chosen={chosen} onLeave={() => setChosen(null)} onDone={(done) => { setReport(done); setChosen(null) }} />
          : <Choosing onFile={(file) => setChosen({ file, number: performance.now() })} />}
      <Batches />
      <Export />
    </Page>
  );
}
