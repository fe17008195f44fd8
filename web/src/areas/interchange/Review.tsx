import { type ReactNode, useState } from 'react';
import type { Category, ImportMapping, ImportReport } from '../../api/types';
import { Button, categoryNames, Chip, formatCount, formatNumber, KindGlyph, kinds, Section, Segments, StatusGlyph, Tabs, useMembers, useProduct } from '../../kit';
import { dateOrderNames, fieldNames, inNeedOfALook, suggestions, targetOf, withColumn, withPeople, withState } from './mapping';

interface Props { report: ImportReport; mapping: ImportMapping; onMapping: (mapping: ImportMapping) => void }

/** Lists of a file can be as long as the file: a screenful first, more when asked. */
function Long<T>({ rows, piece = 50, children }: { rows: T[]; piece?: number; children: (rows: T[]) => ReactNode }) {
  const [most, setMost] = useState(piece);
  return (
    <>
      {children(rows.slice(0, most))}
      {rows.length > most && <div><Button onPress={() => setMost(most + 4 * piece)}>Show more, {formatNumber(rows.length - most)} are left</Button></div>}
    </>
  );
}

/** A plain select: there are hundreds of them on the page. */
function Pick({ label, value, onChange, children }: { label: string; value: string; onChange: (value: string) => void; children: ReactNode }) {
  return <select className="input import-pick" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>{children}</select>;
}

const fates: Record<ImportReport['columns'][number]['fate'], ReactNode> = {
  mapped: <Chip tone="done">✓ Understood</Chip>, custom: <Chip tone="risk">▲ Kept as it is</Chip>, ignored: <Chip>Left out</Chip>, empty: <Chip>Empty</Chip>,
};

function Columns({ report, mapping, onMapping }: Props) {
  return (
    <>
      <p className="muted">A column that is not understood is kept with every item, under its own name. Headers may be in any language: say what they mean where the file is not understood.</p>
      <Long rows={inNeedOfALook(report.columns)}>
        {(columns) => (
          <div className="import-scroll">
            <table className="import-table">
              <thead><tr><th>Column</th><th className="number">Filled in</th><th>Fate</th><th>Becomes</th></tr></thead>
              <tbody>
                {columns.map((column) => (
                  <tr key={column.index}>
                    <td className="import-name">{column.header === '' ? <span className="muted">column {column.index + 1}, no header</span> : column.header}</td>
                    <td className="number">{formatCount(column.filled, 'row')}</td>
                    <td>{fates[column.fate]}</td>
                    <td>
                      {column.fate === 'empty' ? <span className="muted">nothing</span> : (
                        <Pick label={`What ${column.header} becomes`} value={targetOf(column, mapping)} onChange={(target) => onMapping(withColumn(mapping, column.index, target))}>
                          <option value="custom">Keep it as it is</option>
                          <option value="ignore">Leave it out</option>
                          {Object.entries(fieldNames).map(([field, name]) => <option key={field} value={field}>{name}</option>)}
                        </Pick>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Long>
    </>
  );
}

function People({ report, mapping, onMapping }: Props) {
  const product = useProduct();
  const members = useMembers(product.key);
  const suggested = suggestions(report.people);
  const count = Object.keys(suggested).length;
  if (report.people.length === 0) return <p className="muted">The file names nobody.</p>;
  return (
    <>
      <div className="row wrap between">
        <p className="muted">Nobody is made by an import: a name is given to a member, or it stays as text with the item.</p>
        {count > 0 && <Button onPress={() => onMapping(withPeople(mapping, suggested))}>Take all {formatNumber(count)} suggestions</Button>}
      </div>
      <Long rows={report.people}>
        {(people) => (
          <div className="import-scroll">
            <table className="import-table">
              <thead><tr><th>Name in the file</th><th className="number">Named</th><th>Is</th></tr></thead>
              <tbody>
                {people.map(({ name, cells, person, suggested: likely }) => (
                  <tr key={name}>
                    <td className="import-name">{name}</td>
                    <td className="number">{formatCount(cells, 'time')}</td>
                    <td>
                      <span className="row wrap">
                        <Pick label={`Who ${name} is`} value={person?.id ?? ''} onChange={(id) => onMapping(withPeople(mapping, { [name]: id === '' ? null : id }))}>
                          <option value="">Nobody: stays as text</option>
                          {members.filter((member) => member.state !== 'revoked').map((member) => <option key={member.person.id} value={member.person.id}>{member.person.name}</option>)}
                        </Pick>
                        {person === null && likely !== null && <Button look="quiet" onPress={() => onMapping(withPeople(mapping, { [name]: likely.id }))}>{likely.name}?</Button>}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Long>
    </>
  );
}

const categories = Object.entries(categoryNames) as [Category, string][];

function States({ report, mapping, onMapping }: Props) {
  return (
    <>
      <p className="muted">A state that the workflow does not have is added to it, in the category chosen here.</p>
      <div className="import-scroll">
        <table className="import-table">
          <thead><tr><th>State in the file</th><th className="number">Rows</th><th>Means</th></tr></thead>
          <tbody>
            {report.states.map(({ name, category, rows, new: added }) => (
              <tr key={name}>
                <td className="import-name"><StatusGlyph category={category} bare /> {name} {added && <Chip>New</Chip>}</td>
                <td className="number">{formatNumber(rows)}</td>
                <td>
                  <Pick label={`What ${name} means`} value={category} onChange={(next) => onMapping(withState(mapping, name, next as Category))}>
                    {categories.map(([id, label]) => <option key={id} value={id}>{label}</option>)}
                  </Pick>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {report.kinds.length > 0 && (
        <p className="row wrap">
          <span className="muted">Kinds:</span>
          {report.kinds.map(({ name, kind, rows }) => <Chip key={name}><KindGlyph kind={kind} bare /> {name} → {kinds[kind].name.toLowerCase()} · {formatNumber(rows)}</Chip>)}
        </p>
      )}
    </>
  );
}

/** The rows an import leaves out, each with its reason. */
export function Rejected({ rows: all }: { rows: ImportReport['rejected'] }) {
  return (
    <Long rows={all}>
      {(rows) => <ul className="import-findings">{rows.map(({ row, column, reason }, index) => <li key={index}><span className="number muted">row {row}{column !== null && `, ${column}`}</span> {reason}</li>)}</ul>}
    </Long>
  );
}

function Findings({ report }: { report: ImportReport }) {
  const { rejected, warnings } = report;
  return (
    <>
      {rejected.length > 0 && (
        <Section title={`Rejected rows · ${formatNumber(rejected.length)}`}>
          <Rejected rows={rejected} />
        </Section>
      )}
      {warnings.length > 0 && (
        <Section title={`Warnings · ${formatNumber(warnings.length)}`}>
          <Long rows={warnings}>
            {(rows) => (
              <ul className="import-findings">
                {rows.map(({ row, column, message }, index) => <li key={index}><span className="number muted">{row === null ? 'the file' : `row ${row}`}{column !== null && `, ${column}`}</span> {message}</li>)}
              </ul>
            )}
          </Long>
        </Section>
      )}
      {rejected.length === 0 && warnings.length === 0 && <p>Nothing to complain about.</p>}
    </>
  );
}

/** Everything the dry run found, each where it can be answered. */
export function Review({ report, mapping, onMapping }: Props) {
  const custom = report.columns.filter((column) => column.fate === 'custom').length;
  const nobody = report.people.filter((person) => person.person === null).length;
  const fresh = report.states.filter((state) => state.new).length;
  const props = { report, mapping, onMapping };
  const [order = 'dmy'] = report.date_orders;
  return (
    <div className="stack loose">
      {report.date_orders.length > 1 && (
        <Segments
          label="How are dates written in this file?" value={mapping.date_order ?? report.mapping.date_order ?? order} onChange={(next) => onMapping({ ...mapping, date_order: next })}
          options={report.date_orders.map((id) => ({ id, label: dateOrderNames[id] }))} help="The dates can be read in more than one way, and the file does not say which."
        />
      )}
      <Tabs
        label="What is in the file"
        tabs={[
          { id: 'columns', label: `Columns ${report.columns.length}${custom > 0 ? ` · ${custom} kept as they are` : ''}`, content: <div className="stack"><Columns {...props} /></div> },
          { id: 'people', label: `People ${report.people.length}${nobody > 0 ? ` · ${nobody} nobody` : ''}`, content: <div className="stack"><People {...props} /></div> },
          { id: 'states', label: `States ${report.states.length}${fresh > 0 ? ` · ${fresh} new` : ''}`, content: <div className="stack"><States {...props} /></div> },
          { id: 'findings', label: `Findings ${formatNumber(report.rejected.length + report.warnings.length)}`, content: <div className="stack loose"><Findings report={report} /></div> },
        ]}
      />
    </div>
  );
}
