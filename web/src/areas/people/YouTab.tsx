import { useState } from 'react';
import { api, Problem } from '../../api/client';
import type { NewToken, Session, Token } from '../../api/types';
import { act, Button, Checkbox, Chip, Dialog, EmptyState, FormDialog, formatAgo, formatCount, formatDate, formatMoment, Load, Section, Segments, TextField, useGet, useMe } from '../../kit';
import { setSingleKeys, useSingleKeys } from '../../kit/keys';
import { type Density, setDensity, setTheme, type Theme, useDensity, useTheme } from '../../kit/theme';
import { onSubmit, Secret } from './parts';
import { daysUntil, deviceOf } from './people';

function Password() {
  const me = useMe();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const error = (field: string) => (problem?.body.field === field ? problem.message : undefined);
  const save = async () => {
    setProblem(null);
    const done = await act({
      run: async () => {
        await api.put('/me/password', { body: { current, new: next } });
        return true;
      },
      done: 'Password changed; every other session has ended', refresh: ['/sessions'],
      refused: (refusal) => {
        setProblem(refusal);
        return refusal.body.field !== undefined;
      },
    });
    if (!done) return;
    setCurrent('');
    setNext('');
  };
  return (
    <Section title="Password">
      <form className="form settings-narrow" onSubmit={onSubmit(save)}>
        <input className="only-heard" type="text" autoComplete="username" value={me.email} readOnly tabIndex={-1} aria-hidden />
        <TextField label="The one you have" type="password" value={current} onChange={setCurrent} error={error('current')} autoComplete="current-password" />
        <TextField label="A new one" type="password" value={next} onChange={setNext} error={error('new')} autoComplete="new-password" help="At least 15 characters. A sentence is good." />
        <div><Button type="submit" disabled={current === '' || next === ''}>Change the password</Button></div>
      </form>
    </Section>
  );
}

function Sessions() {
  const query = useGet('/sessions');
  const end = (sessions: Session[]) => void act({
    run: async () => {
      for (const session of sessions) await api.del('/sessions/{session}', { path: { session: session.id } });
      return true;
    },
    done: sessions.length === 1 ? `Signed out: ${deviceOf(sessions[0]!.user_agent)}` : `Signed out of ${formatCount(sessions.length, 'other place')}`, refresh: ['/sessions'],
  });
  const others = query.data?.rows.filter((session) => !session.current) ?? [];
  return (
    <Section title="Where you are signed in" actions={others.length > 0 && <Button onPress={() => end(others)}>Sign out everywhere else</Button>}>
      <Load query={query} rows={2}>
        {({ rows }) => (
          <ul className="settings-list">
            {rows.map((session) => (
              <li key={session.id} className="settings-row">
                <span className="grow settings-who"><strong>{deviceOf(session.user_agent)}</strong><span className="muted">since {formatMoment(session.created_at)}, last seen {formatAgo(session.seen_at)}</span></span>
                {session.current ? <Chip tone="done">Here</Chip> : <Button look="quiet" onPress={() => end([session])}>Sign out</Button>}
              </li>
            ))}
          </ul>
        )}
      </Load>
    </Section>
  );
}

export function AccountTab() {
  return <div className="stack loose"><Sessions /><Password /></div>;
}

const scopes = { read: 'Reads', write: 'Reads and writes', propose: 'Proposes' };

function TokenForm({ onMade, onClose }: { onMade: (token: NewToken) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Token['scope']>('read');
  const [until, setUntil] = useState('');
  return (
    <FormDialog<NewToken>
      title="New token" submit="Make it" ready={name.trim() !== ''} onClose={onClose} onSaved={onMade}
      save={({ refused }) => act({ run: () => api.post('/me/tokens', { body: { name: name.trim(), scope, ...(until === '' ? {} : { expires_on: until }) } }), refused, refresh: ['/me/tokens'] })}
    >
      {(errorOf) => (
        <>
          <TextField label="What is it for?" value={name} onChange={setName} error={errorOf('name')} required autoFocus />
          <Segments label="What it may do" value={scope} onChange={setScope} options={[{ id: 'read', label: scopes.read }, { id: 'write', label: scopes.write }, { id: 'propose', label: scopes.propose }]} help={scope === 'propose' ? 'For an agent. What it would change waits for you.' : 'It never may more than you may.'} />
          <TextField label="Last day" type="date" value={until} onChange={setUntil} error={errorOf('expires_on')} help="90 days from now when left empty." />
        </>
      )}
    </FormDialog>
  );
}

export function TokensTab() {
  const query = useGet('/me/tokens');
  const [asking, setAsking] = useState<'new' | Token | null>(null);
  const [made, setMade] = useState<NewToken | null>(null);
  const remove = (token: Token) => {
    setAsking(null);
    void act({
      run: async () => {
        await api.del('/me/tokens/{token}', { path: { token: token.id } });
        return true;
      },
      done: `${token.name} works no more`, refresh: ['/me/tokens'],
    });
  };
  return (
    <Section title="Personal access tokens" actions={<Button onPress={() => setAsking('new')}>New token…</Button>}>
      <p className="muted">For scripts and other tools, in place of your password. <a href="/api/docs">What the API can do</a></p>
      <Load query={query} rows={2}>
        {({ rows }) => (rows.length === 0 ? <EmptyState>No token yet.</EmptyState> : (
          <ul className="settings-list">
            {rows.map((token) => (
              <li key={token.id} className="settings-row">
                <span className="grow settings-who"><strong>{token.name}</strong><span className="muted"><code>{token.prefix}…</code> · {scopes[token.scope].toLowerCase()} · {token.last_used_at === null ? 'never used' : `used ${formatAgo(token.last_used_at)}`}</span></span>
                {token.expires_at !== null && (daysUntil(token.expires_at) <= 0 ? <Chip tone="blocked">Expired</Chip> : <Chip tone={daysUntil(token.expires_at) <= 7 ? 'risk' : 'plain'}>until {formatDate(token.expires_at)}</Chip>)}
                <Button look="quiet" onPress={() => setAsking(token)}>Remove…</Button>
              </li>
            ))}
          </ul>
        ))}
      </Load>
      {asking === 'new' && <TokenForm onMade={setMade} onClose={() => setAsking(null)} />}
      {asking !== null && asking !== 'new' && (
        <Dialog open onClose={() => setAsking(null)} title={`Remove ${asking.name}?`} foot={<><Button onPress={() => setAsking(null)}>Keep it</Button><Button look="danger" onPress={() => remove(asking)}>Remove the token</Button></>}>
          <p>Whatever uses it is refused from then on. A token that is gone cannot be brought back.</p>
        </Dialog>
      )}
      <Dialog open={made !== null} onClose={() => setMade(null)} title={made?.name ?? ''} foot={<Button look="primary" onPress={() => setMade(null)}>I have it</Button>}>
        {made && <Secret label="The token; it is shown only this once" text={made.token} />}
      </Dialog>
    </Section>
  );
}

export function AppearanceTab() {
  const theme = useTheme((state) => state.theme);
  const density = useDensity((state) => state.density);
  const single = useSingleKeys((state) => state.on);
  return (
    <Section title="How it looks here">
      <p className="muted">Kept on this device.</p>
      <Segments<Theme> label="Theme" value={theme} onChange={setTheme} options={[{ id: 'system', label: 'As the system' }, { id: 'light', label: 'Light' }, { id: 'dark', label: 'Dark' }]} />
      <Segments<Density> label="Density" value={density} onChange={setDensity} options={[{ id: 'compact', label: 'Compact' }, { id: 'standard', label: 'Standard' }, { id: 'roomy', label: 'Roomy' }]} />
      <Checkbox label="Single letters are keys: C for new, S for state…" checked={single} onChange={setSingleKeys} />
    </Section>
  );
}
