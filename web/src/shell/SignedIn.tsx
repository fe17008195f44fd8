import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, onSignedOut, Problem } from '../api/client';
import { Dialog, ErrorState, keyOf } from '../kit';
import { publishReset } from '../kit/live';
import { useSession } from '../kit/session';
import { SignInForm } from './SignInPage';

/** Sends to the sign-in once, remembering where from: the address it leads to is not where from. */
function ToSignIn() {
  const navigate = useNavigate();
  const here = useLocation({ select: (location) => location.href });
  const [next] = useState(here);
  useEffect(() => void navigate({ to: '/sign-in', search: { next }, replace: true }), [navigate, next]);
  return null;
}

/** The signed-in part of the app. A session that ends is said and resumed in place; nothing on the page is lost. */
export function SignedIn() {
  const me = useSession((state) => state.me);
  const query = useQuery({ queryKey: keyOf('/me'), queryFn: () => api.get('/me') });
  const [ended, setEnded] = useState(false);
  useEffect(() => onSignedOut(() => { if (useSession.getState().me) setEnded(true) }), []);
  useEffect(() => { if (query.data) useSession.setState({ me: query.data }) }, [query.data]);

  if (!me) {
    if (query.error instanceof Problem && query.error.status === 401) return <ToSignIn />;
    return query.error ? <ErrorState problem={query.error} onRetry={() => void query.refetch()} /> : null;
  }
  return (
    <>
      <Outlet />
      <Dialog open={ended} onClose={() => setEnded(false)} title="You were signed out">
        <p>Your session has ended. Sign in and go on where you were; what you typed is still here.</p>
        <SignInForm email={me.email} onSignedIn={() => { setEnded(false); publishReset() }} />
      </Dialog>
    </>
  );
}
