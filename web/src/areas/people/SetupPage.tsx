import { useLocation, useNavigate } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { api, Problem } from '../../api/client';
import type { Invitation, Me, Role, Setup } from '../../api/types';
import { Button, IconButton, Load, Section, TextField, useGet } from '../../kit';
import { Alone, onSubmit, RoleBoxes, Secret, signedIn } from './parts';
import { keyFrom } from './people';
import './people.css';

interface Other { id: number; name: string; email: string; roles: Role[] }

function Invitations({ invitations, onNext }: { invitations: Invitation[]; onNext: () => void }) {
  return (
    <Alone title="Invite your team">
      <p>Send each their link. It works once, for a week, and is shown only here; an admin can make a new one in the settings.</p>
      <div className="stack">{invitations.map(({ name, email, link }) => <Secret key={email} label={`${name}, ${email}`} text={link} />)}</div>
      <div className="form-foot"><Button look="primary" onPress={onNext}>Go to work</Button></div>
    </Alone>
  );
}

function SetupForm({ onDone }: { onDone: (me: Me) => void }) {
  // The fragment is sent to nobody.
  const given = useLocation({ select: ({ hash }) => new URLSearchParams(hash).get('code') ?? '' });
  const [typed, setTyped] = useState('');
  const code = given === '' ? typed : given;
  const [organisation, setOrganisation] = useState('');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [product, setProduct] = useState('');
  const [ownKey, setOwnKey] = useState<string | null>(null);
  const [mine, setMine] = useState<Role[]>(['product_manager', 'product_owner']);
  const [others, setOthers] = useState<Other[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const key = ownKey ?? keyFrom(product);
  const error = (field: string) => (problem?.body.field === field ? problem.message : undefined);
  const known = ['code', 'organisation', 'person.name', 'person.email', 'person.password', 'password', 'product.key', 'product.name', 'key'];
  const change = (id: number, changes: Partial<Other>) => setOthers(others.map((other) => (other.id === id ? { ...other, ...changes } : other)));

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    const named = others.filter((other) => other.name.trim() !== '' || other.email.trim() !== '');
    const body: Setup = { code: code.trim(), organisation, person: { name, email, password }, product: { key, name: product }, roles: mine, others: named.map(({ name: who, email: at, roles }) => ({ name: who, email: at, roles })) };
    try {
      onDone(await api.post('/setup', { body }));
    } catch (cause) {
      if (cause instanceof Problem) setProblem(cause);
      else throw cause;
    } finally {
      setBusy(false);
    }
  };
  return (
    <Alone title="Set up">
      <form className="form setup" onSubmit={onSubmit(submit)}>
        {given === '' && <TextField label="Setup code" value={typed} onChange={setTyped} error={error('code')} required autoFocus help="The server printed it on its console when it started." />}
        {given !== '' && error('code') !== undefined && <p className="field-error" role="alert">{error('code')}</p>}
        <TextField label="Organisation" value={organisation} onChange={setOrganisation} error={error('organisation')} required autoFocus={given !== ''} autoComplete="organization" />
        <Section title="You">
          <TextField label="Name" value={name} onChange={setName} error={error('person.name')} required autoComplete="name" />
          <TextField label="E-mail" type="email" value={email} onChange={setEmail} error={error('person.email')} required autoComplete="username" />
          <TextField label="Password" type="password" value={password} onChange={setPassword} error={error('person.password') ?? error('password')} required autoComplete="new-password" help="At least 15 characters. A sentence is good." />
        </Section>
        <Section title="Your first product">
          <div className="setup-pair">
            <TextField label="Name" value={product} onChange={setProduct} error={error('product.name')} required />
            <TextField label="Key" value={key} onChange={(text) => setOwnKey(text.toUpperCase())} error={error('product.key') ?? error('key')} required help={`Things are called ${key === '' ? 'APP' : key}-12.`} />
          </div>
        </Section>
        <Section title="What are you in it?">
          <p className="muted">The product manager looks outward, the product owner inward. One person may be both; then nothing is ever asked twice.</p>
          <RoleBoxes label="Your roles" chosen={mine} onChange={setMine} meanings />
        </Section>
        <Section title="Who else?" actions={<Button icon={Plus} onPress={() => setOthers([...others, { id: performance.now(), name: '', email: '', roles: ['developer'] }])}>Somebody</Button>}>
          {others.length === 0 && <p className="muted">Nobody yet. You can also invite people later, in the settings.</p>}
          {others.map((other, index) => (
            <div key={other.id} className="card stack">
              <div className="row">
                <div className="grow setup-pair">
                  <TextField label="Name" value={other.name} onChange={(text) => change(other.id, { name: text })} error={error(`others[${index}].name`)} autoFocus />
                  <TextField label="E-mail" type="email" value={other.email} onChange={(text) => change(other.id, { email: text })} error={error(`others[${index}].email`)} />
                </div>
                <IconButton icon={X} label={`Leave ${other.name === '' ? 'this person' : other.name} out`} onPress={() => setOthers(others.filter((one) => one.id !== other.id))} />
              </div>
              <RoleBoxes label={`Roles of ${other.name === '' ? 'this person' : other.name}`} chosen={other.roles} onChange={(roles) => change(other.id, { roles })} />
            </div>
          ))}
        </Section>
        {problem && !known.includes(problem.body.field ?? '') && !problem.body.field?.startsWith('others[') && <p className="field-error" role="alert">{problem.message}</p>}
        <div className="form-foot"><Button type="submit" look="primary" disabled={busy || mine.length === 0}>{busy ? 'Setting up…' : 'Begin'}</Button></div>
      </form>
    </Alone>
  );
}

export default function SetupPage() {
  const navigate = useNavigate();
  const query = useGet('/setup');
  const [me, setMe] = useState<Me | null>(null);
  const go = () => void navigate({ to: '/' });
  const done = (now: Me) => {
    signedIn(now);
    if ((now.invitations ?? []).length > 0) setMe(now);
    else go();
  };
  if (me?.invitations) return <Invitations invitations={me.invitations} onNext={go} />;
  return (
    <Load query={query}>
      {({ needed }) => (needed ? <SetupForm onDone={done} /> : (
        <Alone title="Set up already"><p>This Throughline has its organisation. Sign in, or ask an admin to invite you.</p><p><Button look="primary" onPress={go}>Sign in</Button></p></Alone>
      ))}
    </Load>
  );
}
