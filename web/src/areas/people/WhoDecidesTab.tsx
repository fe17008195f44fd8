import { useState } from 'react';
import { api } from '../../api/client';
import type { Decision, DecisionRoles, DecisionRow, DecisionTable, Delegation, Role } from '../../api/types';
import {
  act, Button, Chip, EmptyState, FormDialog, formatCount, formatDate, Load, may, PersonBadge, proposing, roleNames, Section, Select, TextField, ToggleChip, useGet, useMembers, useProduct, type Verdict,
} from '../../kit';
import { toggled } from './people';
import { changesOf, deciders, type Draft, draftOf, presetOf, rolesOf, withLine } from './table';

const tablePath = '/products/{product}/decisions';
const lentPath = '/products/{product}/delegations';
const explanationPath = '/products/{product}/decisions/explanation';
/** What else is read again when somebody else decides. */
const again = [tablePath, lentPath, explanationPath, '/me'];

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function Line({ row, roles, allowed, onChange }: { row: DecisionRow; roles: Role[]; allowed: Verdict; onChange: (roles: Role[]) => void }) {
  const { decision, sentence, stored, people, note, fixed, all_agree: allAgree } = row;
  const words = (which: Role[]) => which.map((role) => roleNames[role]).join(allAgree ? ' and ' : ', ');
  return (
    <tr className={roles === stored ? undefined : 'changed'} data-decision={decision}>
      <th scope="row">{capital(sentence)}</th>
      <td>
        {fixed || !allowed.ok ? words(stored) : (
          <div className="decider-chips" role="group" aria-label={`Who may ${sentence}`}>
            {deciders.map((role) => <ToggleChip key={role} on={roles.includes(role)} onChange={(on) => onChange(toggled(roles, role, on))}>{roleNames[role]}</ToggleChip>)}
          </div>
        )}
        {roles.length === 0 && <p className="field-error" role="alert">Somebody has to decide: take at least one role.</p>}
      </td>
      <td>
        {people.length === 0 ? <Chip tone="risk">▲ Nobody</Chip> : people.join(', ')}
        {note !== null && <p className="muted">{note}</p>}
      </td>
    </tr>
  );
}

function Preset({ table, draft, allowed, onChoose }: { table: DecisionTable; draft: Draft; allowed: Verdict; onChoose: (rows: DecisionRoles[]) => void }) {
  const equals = presetOf(table, draft);
  return (
    <div className="settings-find">
      <Select
        label="Equals" value={equals?.name ?? null} placeholder="A table of its own" allowed={allowed} help={equals?.note ?? 'Choose one to begin with; it is a draft until you send it.'}
        options={table.presets.map(({ name, title }) => ({ id: name, label: title }))}
        onChange={(name) => onChoose(table.presets.find((preset) => preset.name === name)?.rows ?? [])}
      />
    </div>
  );
}

/** The decision table as it is stored; what is changed in it is a draft until it is sent. */
function Table({ table }: { table: DecisionTable }) {
  const product = useProduct();
  const [draft, setDraft] = useState<Draft>({});
  const [busy, setBusy] = useState(false);
  const allowed = may(table.can, 'who_decides');
  const changes = changesOf(table.rows, draft);
  const empty = changes.some(({ roles }) => roles.length === 0);
  const put = (rows: DecisionRoles[]) => api.put(tablePath, { path: { product: product.key }, body: { rows } });
  const send = async () => {
    if (busy || empty) return;
    setBusy(true);
    let waits = false;
    const refused = Object.assign(() => false, { waits: () => { waits = true } });
    const done = await act<DecisionTable>({
      run: () => put(changes.map(({ row, roles }) => ({ decision: row.decision, roles }))), done: `Who decides is changed: ${formatCount(changes.length, 'line')}`,
      undo: () => put(changes.map(({ row }) => ({ decision: row.decision, roles: row.stored }))), refresh: again, refused,
    });
    setBusy(false);
    if (done !== undefined || waits) setDraft({});
  };
  return (
    <>
      <Preset table={table} draft={draft} allowed={allowed} onChoose={(rows) => setDraft(draftOf(table.rows, rows))} />
      <div className="settings-scroll">
        <table className="settings-table deciders">
          <thead><tr><th scope="col">Decision</th><th scope="col">Who decides</th><th scope="col">Today</th></tr></thead>
          <tbody>{table.rows.map((row) => <Line key={row.decision} row={row} roles={rolesOf(row, draft)} allowed={allowed} onChange={(roles) => setDraft((before) => withLine(before, row, roles))} />)}</tbody>
        </table>
      </div>
      {changes.length > 0 && (
        <section className="draft-bar" aria-label="What would change">
          <ul className="grow">{changes.map(({ row, text }) => <li key={row.decision}>{capital(text)}</li>)}</ul>
          <div className="row wrap">
            <Button onPress={() => setDraft({})}>As it is</Button>
            <Button look="primary" allowed={allowed} disabled={busy || empty} onPress={() => void send()}>{proposing(allowed) ?? 'Change who decides'}</Button>
          </div>
        </section>
      )}
    </>
  );
}

// ---- lent

function lend(product: string, decision: Decision, person: string, until: string) {
  return api.post(lentPath, { path: { product }, body: { decision, person_id: person, until } });
}

const takeBack = (id: string) => api.del('/delegations/{delegation}', { path: { delegation: id } });

const decisionOptions = (rows: DecisionRow[]) => rows.map(({ decision, sentence }) => ({ id: decision, label: capital(sentence) }));

function LendForm({ rows, onClose }: { rows: DecisionRow[]; onClose: () => void }) {
  const product = useProduct();
  const members = useMembers(product.key).filter(({ state }) => state === 'active');
  const [decision, setDecision] = useState<Decision | null>(null);
  const [person, setPerson] = useState<string | null>(null);
  const [until, setUntil] = useState('');
  const name = members.find((member) => member.person.id === person)?.person.name;
  const find = (lent: Delegation[]) => lent.find((one) => one.decision === decision && one.person?.id === person);
  return (
    <FormDialog<{ rows: Delegation[] }>
      title="Lend a decision" submit="Lend" ready={decision !== null && person !== null && until !== ''} allowed={decision === null ? undefined : may(product.can, decision)} onClose={onClose}
      save={({ refused }) => act<{ rows: Delegation[] }, unknown>({
        run: () => lend(product.key, decision!, person!, until), done: `Lent to ${name ?? 'somebody'} until ${formatDate(until)}`, refused, refresh: again,
        undo: async (lent) => {
          const mine = find(lent.rows);
          if (mine) await takeBack(mine.id);
        },
      })}
    >
      {(errorOf) => (
        <>
          <Select label="Decision" value={decision} onChange={(id) => setDecision(id as Decision)} options={decisionOptions(rows)} error={errorOf('decision')} required />
          <Select label="To whom" value={person} onChange={setPerson} options={members.map(({ person: { id, name: label } }) => ({ id, label }))} error={errorOf('person') ?? errorOf('person_id')} required />
          <TextField label="Until" type="date" value={until} onChange={setUntil} error={errorOf('until')} required help="The last day of it. Whoever lends it keeps it, too." />
        </>
      )}
    </FormDialog>
  );
}

function Lent({ rows }: { rows: DecisionRow[] }) {
  const product = useProduct();
  const [lending, setLending] = useState(false);
  const query = useGet(lentPath, { path: { product: product.key } });
  const back = ({ id, decision, person, until, sentence }: Delegation) => void act<unknown, Delegation | undefined>({
    run: (now) => takeBack(now?.id ?? id), done: `${person?.name ?? 'Somebody'} may no longer ${sentence}`, refresh: again,
    undo: async () => (person === null ? undefined : (await lend(product.key, decision, person.id, until)).rows.find((one) => one.decision === decision && one.person?.id === person.id)),
  });
  return (
    <Section title="Lent" actions={<Button onPress={() => setLending(true)}>Lend a decision…</Button>}>
      <Load query={query} rows={2}>
        {({ rows: lent }) => (lent.length === 0 ? <EmptyState>Nothing is lent. Whoever decides a thing can lend that to one person until a day, such as over a holiday.</EmptyState> : (
          <ul className="settings-list">
            {lent.map((one) => (
              <li key={one.id} className="settings-row">
                <span className="grow settings-who">
                  <strong>{capital(one.sentence)}</strong>
                  <span className="row wrap muted"><PersonBadge person={one.person} named /> until {formatDate(one.until)}{one.given_by && `, lent by ${one.given_by.name}`}</span>
                </span>
                <Button look="quiet" allowed={may(one.can, one.decision)} onPress={() => back(one)}>Take back</Button>
              </li>
            ))}
          </ul>
        ))}
      </Load>
      {lending && <LendForm rows={rows.filter(({ fixed }) => !fixed)} onClose={() => setLending(false)} />}
    </Section>
  );
}

// ---- why

/** Why somebody may or may not decide a thing, in the server's own sentence. */
function Why({ rows }: { rows: DecisionRow[] }) {
  const product = useProduct();
  const members = useMembers(product.key).filter(({ state }) => state !== 'revoked');
  const [decision, setDecision] = useState<Decision | null>(null);
  const [person, setPerson] = useState('me');
  const request = { path: { product: product.key }, query: { decision, person: person === 'me' ? undefined : person } };
  const query = useGet(explanationPath, request, { enabled: decision !== null });
  return (
    <Section title="Why?">
      <div className="why-pair">
        <Select label="Decision" value={decision} onChange={(id) => setDecision(id as Decision)} options={decisionOptions(rows)} />
        <Select label="Of whom" value={person} onChange={setPerson} options={[{ id: 'me', label: 'Me' }, ...members.map(({ person: { id, name: label } }) => ({ id, label }))]} />
      </div>
      <div role="status">{decision === null ? <p className="muted">Choose a decision, and it is said why it is whose.</p> : <Load query={query} rows={1}>{({ sentence }) => <p>{sentence}</p>}</Load>}</div>
    </Section>
  );
}

export function WhoDecidesTab() {
  const product = useProduct();
  const query = useGet(tablePath, { path: { product: product.key } }, { live: ['proposal'] });
  return (
    <Load query={query} rows={12}>
      {(table) => (
        <div className="stack loose">
          <Section title="Who decides what">
            <p className="muted">The server holds to this table. Whoever does not decide a thing is told who does, and can propose it. Product manager, product owner and scrum master agree on a change of it.</p>
            <Table key={table.version} table={table} />
          </Section>
          <Lent rows={table.rows} />
          <Why rows={table.rows} />
        </div>
      )}
    </Load>
  );
}
