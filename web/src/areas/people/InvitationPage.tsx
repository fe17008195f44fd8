import { useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, Problem } from '../../api/client';
import { Button, TextField, useUrl } from '../../kit';
import { Alone, onSubmit, signedIn } from './parts';
import './people.css';

/** The token stands after # in the link, so that it reaches no server's log. */
export default function InvitationPage() {
  const navigate = useNavigate();
  const hash = useLocation({ select: (location) => location.hash });
  const { token: asked = '' } = useUrl();
  const token = hash === '' ? asked : hash;
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const differ = again !== '' && again !== password;
  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      signedIn(await api.post('/invitations/accept', { body: { token, password } }));
      void navigate({ to: '/', replace: true });
    } catch (cause) {
      setBusy(false);
      if (cause instanceof Problem) setProblem(cause);
      else throw cause;
    }
  };
  if (token === '') return <Alone title="Invitation"><p>This link is not whole: what comes after “#” is missing. Copy all of it, or ask an admin for a new one.</p></Alone>;
  return (
    <Alone title="Welcome">
      <p>Choose a password, and you are in.</p>
      <form className="form" onSubmit={onSubmit(submit)}>
        <TextField
          label="Password" type="password" value={password} onChange={setPassword} required autoFocus autoComplete="new-password" help="At least 15 characters. A sentence is good."
          error={problem?.body.field === 'password' ? problem.message : undefined}
        />
        <TextField label="The same again" type="password" value={again} onChange={setAgain} required autoComplete="new-password" error={differ ? 'These two differ' : undefined} />
        {problem && problem.body.field !== 'password' && <p className="field-error" role="alert">{problem.message}</p>}
        <div className="form-foot"><Button type="submit" look="primary" disabled={busy || password === '' || again !== password}>Come in</Button></div>
      </form>
    </Alone>
  );
}
