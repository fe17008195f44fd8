import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Problem } from '../../api/client';
import type { DaysOff, Member, Team } from '../../api/types';
import { act, Button, Checkbox, Dialog, EmptyState, formatDate, IconButton, Load, may, Section, Select, TextField, useGet, useProduct } from '../../kit';

const teamsPath = '/products/{product}/teams';
const daysOffPath = '/products/{product}/days-off';
const forecastPath = '/products/{product}/forecast';

interface Draft { key: number; id: string | null; name: string; members: string[] }

const draftOf = (teams: Team[]): Draft[] => teams.map(({ id, name, members }, key) => ({ key, id, name, members: members.map((person) => person.id) }));
const rowsOf = (draft: Draft[]) => draft.map(({ id, name, members }) => ({ id, name: name.trim(), members: members.toSorted() }));

function Teams({ teams, people }: { teams: Team[]; people: Member[] }) {
  const product = useProduct();
  const allowed = may(product.can, 'workflow');
  const [draft, setDraft] = useState<Draft[]>(() => draftOf(teams));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState(false);
  const dirty = JSON.stringify(rowsOf(draft)) !== JSON.stringify(rowsOf(draftOf(teams)));
  const change = (key: number, changes: Partial<Draft>) => setDraft(draft.map((team) => (team.key === key ? { ...team, ...changes } : team)));
  const move = (index: number, by: 1 | -1) => {
    const next = [...draft];
    const [team] = next.splice(index, 1);
    next.splice(index + by, 0, team!);
    setDraft(next);
  };
  const put = (rows: ReturnType<typeof rowsOf>) => api.put(teamsPath, { path: { product: product.key }, body: { rows } });
  const gone = teams.filter(({ id }) => !draft.some((team) => team.id === id));
  const save = async () => {
    setProblem(null);
    setAsking(false);
    await act({
      run: () => put(rowsOf(draft)), done: 'Teams saved', refresh: [teamsPath, forecastPath, '/products/{product}/items', '/items/{item}'],
      // What a team loses when it goes does not come back with its name: that is asked before.
      ...(gone.length === 0 && { undo: () => put(rowsOf(draftOf(teams))) }),
      refused: (refusal) => {
        if (refusal.status !== 422) return false;
        setProblem(refusal);
        return true;
      },
    });
  };
  const errorOf = (index: number, field: string) => (problem?.body.field === `rows[${index}].${field}` ? problem.message : undefined);
  const placed = problem !== null && draft.some((_, index) => errorOf(index, 'name') !== undefined);
  const active = people.filter(({ state, roles }) => state !== 'revoked' && roles.some((role) => role !== 'stakeholder' && role !== 'viewer'));
  return (
    <div className="stack">
      <p className="muted">Several teams may draw on one backlog. Each item says whose it is, or takes it from its epic; what is nobody’s goes to who is free first. The forecast then goes by each team’s own pace. One team needs no name.</p>
      {draft.length === 0 && <EmptyState>All work is one team’s.</EmptyState>}
      <ol className="workflow">
        {draft.map((team, index) => (
          <li key={team.key} className="team-row">
            <TextField label="Team" value={team.name} onChange={(name) => change(team.key, { name })} error={errorOf(index, 'name')} allowed={allowed} />
            <div className="row wrap" role="group" aria-label={`People of ${team.name}`}>
              {active.map(({ person }) => (
                <Checkbox key={person.id} label={person.name} checked={team.members.includes(person.id)} allowed={allowed} onChange={(on) => change(team.key, { members: on ? [...team.members, person.id] : team.members.filter((id) => id !== person.id) })} />
              ))}
            </div>
            <span className="workflow-tools">
              <IconButton icon={ArrowUp} label={`${team.name} further up`} allowed={allowed} disabled={index === 0} onPress={() => move(index, -1)} />
              <IconButton icon={ArrowDown} label={`${team.name} further down`} allowed={allowed} disabled={index === draft.length - 1} onPress={() => move(index, 1)} />
              <IconButton icon={Trash2} label={`Remove ${team.name}`} allowed={allowed} onPress={() => setDraft(draft.filter((other) => other.key !== team.key))} />
            </span>
          </li>
        ))}
      </ol>
      {problem && !placed && <p className="field-error" role="alert">{problem.message}</p>}
      <div className="row wrap">
        <Button icon={Plus} allowed={allowed} onPress={() => setDraft([...draft, { key: performance.now(), id: null, name: '', members: [] }])}>Team</Button>
        <span className="grow" />
        {dirty && <Button onPress={() => { setDraft(draftOf(teams)); setProblem(null) }}>Discard</Button>}
        <Button look="primary" allowed={allowed} disabled={!dirty || draft.some((team) => team.name.trim() === '')} onPress={() => { if (gone.length > 0) setAsking(true); else void save() }}>Save the teams</Button>
      </div>
      {asking && (
        <Dialog open title={`Remove ${gone.map(({ name }) => name).join(' and ')}?`} onClose={() => setAsking(false)} foot={<><Button onPress={() => setAsking(false)}>Keep</Button><Button look="danger" onPress={() => void save()}>Remove</Button></>}>
          <p>{gone.length === 1 ? 'Its' : 'Their'} work, open and finished, will be nobody’s. This cannot be undone.</p>
        </Dialog>
      )}
    </div>
  );
}

const spanOf = ({ first, last }: DaysOff) => (first === last ? formatDate(first) : `${formatDate(first)} to ${formatDate(last)}`);
const everybody = 'everybody';

function Off({ days, people }: { days: DaysOff[]; people: Member[] }) {
  const product = useProduct();
  const allowed = may(product.can, 'sprint_run');
  const [who, setWho] = useState(everybody);
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const refresh = [daysOffPath, forecastPath];
  const add = (row: { person: string | null; first: string; last: string; note: string | null }) => api.post(daysOffPath, { path: { product: product.key }, body: row });
  const remove = (id: string) => api.del('/days-off/{days_off}', { path: { days_off: id } });
  const errorOf = (field: string) => (problem?.body.field === field ? problem.message : undefined);
  const submit = async () => {
    setProblem(null);
    const row = { person: who === everybody ? null : who, first, last: last === '' ? first : last, note: note.trim() === '' ? null : note.trim() };
    let made = '';
    const done = await act({
      run: async () => { made = (await add(row)).id }, done: 'Days off noted', undo: async () => { await remove(made) }, refresh,
      refused: (refusal) => {
        if (refusal.status !== 422) return false;
        setProblem(refusal);
        return true;
      },
    });
    if (done) [setFirst, setLast, setNote].forEach((set) => set(''));
  };
  return (
    <div className="stack">
      <p className="muted">Holidays, and days on which one person is off. The forecast counts them, those of the past, too: what was finished in a short week was finished in a part of one.</p>
      <form className="days-off" onSubmit={(event) => { event.preventDefault(); void submit() }}>
        <Select label="Who" value={who} onChange={setWho} allowed={allowed} options={[{ id: everybody, label: 'Everybody' }, ...people.filter(({ state }) => state !== 'revoked').map(({ person }) => ({ id: person.id, label: person.name }))]} />
        <TextField label="First day" type="date" value={first} onChange={setFirst} error={errorOf('first')} allowed={allowed} />
        <TextField label="Last day" type="date" value={last} onChange={setLast} error={errorOf('last')} allowed={allowed} />
        <TextField label="What for" value={note} onChange={setNote} error={errorOf('note')} allowed={allowed} />
        <Button type="submit" allowed={allowed} disabled={first === ''}>Note</Button>
      </form>
      {days.length === 0 ? <EmptyState>No days off are noted.</EmptyState> : (
        <ul className="days-off-list">
          {days.map((row) => (
            <li key={row.id} className="row">
              <span className="grow"><strong>{row.person?.name ?? 'Everybody'}</strong> <span className="number">{spanOf(row)}</span>{row.note !== '' && <span className="muted"> {row.note}</span>}</span>
              <IconButton
                icon={Trash2} label={`Take back: ${row.person?.name ?? 'everybody'}, ${spanOf(row)}`} allowed={allowed}
                onPress={() => void act({ run: async () => { await remove(row.id) }, done: 'Days off taken back', undo: async () => { await add({ person: row.person?.id ?? null, first: row.first, last: row.last, note: row.note === '' ? null : row.note }) }, refresh })}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Who works side by side, and when somebody does not. */
export function TeamsTab() {
  const product = useProduct();
  const path = { path: { product: product.key } };
  const members = useGet('/products/{product}/members', path);
  const teams = useGet(teamsPath, path);
  const days = useGet(daysOffPath, path);
  return (
    <Load query={members} rows={6}>
      {({ rows: people }) => (
        <div className="stack loose">
          <Section title="Teams"><Load query={teams} rows={2}>{({ rows }) => <Teams key={JSON.stringify(rows)} teams={rows} people={people} />}</Load></Section>
          <Section title="Days off"><Load query={days} rows={3}>{({ rows }) => <Off days={rows} people={people} />}</Load></Section>
        </div>
      )}
    </Load>
  );
}
