import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { Chip, formatCount, Load, Page, TextField, useUrlText } from '../../kit';
import { answerOf, type Document, groupsOf, limitsOf, type Listed, namedIn, propertiesOf, type Schema, schemaIn, typeText } from './openapi';
import './api-docs.css';

/** Deeper than this a schema is named, not opened: objects hold objects without end. */
const deepest = 4;

/** The text between backticks is code. */
function Words({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

/** Draws its content when it is opened: the document is large. */
function Opened({ summary, className, children }: { summary: ReactNode; className?: string; children: () => ReactNode }) {
  const [open, setOpen] = useState(false);
  return <details className={className} onToggle={(event) => { if (event.target === event.currentTarget) setOpen(event.currentTarget.open) }}><summary>{summary}</summary>{open && children()}</details>;
}

function SchemaView({ document, schema, depth = 0 }: { document: Document; schema: Schema | undefined; depth?: number }) {
  const properties = propertiesOf(document, schema);
  const names = namedIn(schema).filter((name) => properties.length === 0 && document.components?.schemas?.[name]);
  return (
    <>
      {properties.length > 0 && (
        <table className="api-fields">
          <tbody>
            {properties.map(({ name, schema: field, required }) => {
              const inner = depth < deepest ? namedIn(field).filter((one) => propertiesOf(document, document.components?.schemas?.[one]).length > 0) : [];
              return (
                <tr key={name}>
                  <th scope="row"><code>{name}</code>{required && <span className="muted"> required</span>}</th>
                  <td>
                    <span className="api-type">{typeText(field)}</span> <span className="muted">{limitsOf(field)}</span>
                    {field.description !== undefined && <p><Words text={field.description} /></p>}
                    {inner.map((one) => <Opened key={one} summary={one}>{() => <SchemaView document={document} schema={document.components?.schemas?.[one]} depth={depth + 1} />}</Opened>)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {properties.length === 0 && <p><span className="api-type">{typeText(schema)}</span> {schema && <span className="muted">{limitsOf(schema)}</span>}</p>}
      {depth < deepest && names.map((name) => <Opened key={name} summary={name}>{() => <SchemaView document={document} schema={document.components?.schemas?.[name]} depth={depth + 1} />}</Opened>)}
    </>
  );
}

function OperationView({ document, listed: { operation } }: { document: Document; listed: Listed }) {
  const body = schemaIn(operation.requestBody?.content);
  return (
    <div className="api-inside stack">
      {operation.description !== undefined && <p><Words text={operation.description} /></p>}
      {operation['x-permission'] !== undefined && <p className="muted">Needs: {operation['x-permission']}</p>}
      {(operation.parameters ?? []).length > 0 && (
        <section aria-label="Parameters">
          <h4>Parameters</h4>
          <table className="api-fields">
            <tbody>
              {operation.parameters!.map((parameter) => (
                <tr key={`${parameter.in} ${parameter.name}`}>
                  <th scope="row"><code>{parameter.name}</code><span className="muted"> {parameter.in}{parameter.required && ', required'}</span></th>
                  <td><span className="api-type">{typeText(parameter.schema)}</span> {parameter.schema && <span className="muted">{limitsOf(parameter.schema)}</span>}{parameter.description !== undefined && <p><Words text={parameter.description} /></p>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {body && <section aria-label="Body"><h4>Body <span className="muted">{body[0]}</span></h4><SchemaView document={document} schema={body[1]} /></section>}
      <section aria-label="Answers">
        <h4>Answers</h4>
        <ul className="api-answers">
          {Object.entries(operation.responses ?? {}).map(([status, given]) => {
            const answer = answerOf(document, given);
            const content = schemaIn(answer.content);
            return (
              <li key={status}>
                {content
                  ? <Opened summary={<><strong className="number">{status}</strong> <Words text={answer.description} /> <span className="api-type">{typeText(content[1])}</span></>}>{() => <SchemaView document={document} schema={content[1]} />}</Opened>
                  : <span className="api-plain"><strong className="number">{status}</strong> <Words text={answer.description} /></span>}
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}

function Docs({ document }: { document: Document }) {
  const [q, setQ] = useUrlText('q');
  const groups = groupsOf(document, useDeferredValue(q));
  const count = groups.reduce((sum, group) => sum + group.operations.length, 0);
  return (
    <Page title="API" note={`${document.info.title} ${document.info.version}`} layout="list" actions={<><a href="/api/openapi.json" download="openapi.json">openapi.json</a><a href="/">Back to work</a></>}>
      <div className="api">
        <nav className="api-nav" aria-label="Parts of the API">
          <TextField label="Filter" hideLabel type="search" placeholder="Filter by path or words" value={q} onChange={setQ} />
          <p className="muted number" role="status">{formatCount(count, 'operation')}</p>
          <ul>{groups.map(({ name, operations }) => <li key={name}><a href={`#${name}`}>{name} <span className="muted number">{operations.length}</span></a></li>)}</ul>
        </nav>
        <div className="api-body">
          <div className="stack api-intro">
            {document.info.description !== undefined && <p><Words text={document.info.description} /></p>}
            <p>Send a personal access token as <code>Authorization: Bearer thl_pat_…</code>. Changes are made against a version with <code>If-Match</code>; problems come as <code>application/problem+json</code> and say who decides.</p>
          </div>
          {groups.map(({ name, description, operations }) => (
            <section key={name} id={name} aria-label={name} className="section">
              <h2 className="api-tag">{name}</h2>
              {description !== undefined && <p className="muted">{description}</p>}
              <ul>
                {operations.map((listed) => (
                  <li key={`${listed.method} ${listed.path}`}>
                    <Opened
                      className="api-operation"
                      summary={<><span className={`api-method ${listed.method}`}>{listed.method.toUpperCase()}</span><code className="api-path">{listed.path}</code><span className="muted api-summary"><Words text={listed.operation.summary} /></span></>}
                    >
                      {() => <OperationView document={document} listed={listed} />}
                    </Opened>
                  </li>
                ))}
              </ul>
            </section>
          ))}
          {count === 0 && <p className="muted">Nothing matches. <Chip>{q}</Chip></p>}
        </div>
      </div>
    </Page>
  );
}

/** The API as the server describes it. Nothing is fetched from elsewhere. */
export default function ApiDocsPage() {
  const query = useQuery({
    queryKey: ['openapi'],
    queryFn: async ({ signal }) => {
      const answer = await fetch('/api/openapi.json', { signal });
      if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
      return (await answer.json()) as Document;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.data === undefined) return <Page title="API"><Load query={query} rows={8}>{() => null}</Load></Page>;
  return <Docs document={query.data} />;
}
