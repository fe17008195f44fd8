import { Navigate, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, Problem } from '../api/client';
import { Button, keyOf, queries, TextField, useGet, useUrl } from '../kit';
import { useSession } from '../kit/session';
import './sign-in.css';

export function SignInForm({ email: known = '', onSignedIn }: { email?: string; onSignedIn: () => void }) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const me = await api.post('/sessions', { body: { email, password } });
      queries.setQueryData(keyOf('/me'), me);
      useSession.setState({ me });
      onSignedIn();
    } catch (problem) {
      setError(problem instanceof Problem ? problem.message : 'Signing in did not work');
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      <TextField label="Email" type="email" name="email" autoComplete="username" value={email} onChange={setEmail} autoFocus={known === ''} required />
      <TextField label="Password" type="password" name="password" autoComplete="current-password" value={password} onChange={setPassword} autoFocus={known !== ''} required />
      {error !== undefined && <p className="field-error" role="alert">{error}</p>}
      <Button type="submit" look="primary" disabled={busy}>Sign in</Button>
    </form>
  );
}

export function SignInPage() {
  const navigate = useNavigate();
  const { next } = useUrl();
  const setup = useGet('/setup');
  if (setup.data?.needed) return <Navigate to={'/setup'} replace />;
  // Only a path of this site: an address from elsewhere must not be followed.
  const target = next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
  return (
    <main className="sign-in">
      <div className="sign-in-box">
        <h1 className="sign-in-title">Throughline</h1>
        <SignInForm onSignedIn={() => void navigate({ href: target, replace: true })} />
      </div>
    </main>
  );
}
