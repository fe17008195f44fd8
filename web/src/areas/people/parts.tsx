import { Copy } from 'lucide-react';
import type { FormEvent, ReactNode } from 'react';
import type { Me, Role } from '../../api/types';
import { Button, Checkbox, copyText, keyOf, queries, roleNames, roles } from '../../kit';
import { useSession } from '../../kit/session';
import { roleMeanings, toggled } from './people';

/** A page of its own, outside every product: the setup, an invitation. */
export function Alone({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="alone" id="main">
      <div className="alone-box">
        <p className="alone-mark">Throughline</p>
        <h1 className="alone-title">{title}</h1>
        {children}
      </div>
    </main>
  );
}

export function onSubmit(run: () => Promise<void>) {
  return (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
}

/** Whoever has just come in is known to every page from now on. */
export function signedIn(me: Me): void {
  queries.setQueryData(keyOf('/me'), me);
  useSession.setState({ me });
}

/** Something that is shown once, to be taken along. */
export function Secret({ label, text }: { label: string; text: string }) {
  return (
    <div className="secret">
      <span className="field-label">{label}</span>
      <div className="row">
        <code className="secret-text grow">{text}</code>
        <Button icon={Copy} onPress={() => void copyText(text, 'Copied')}>Copy</Button>
      </div>
    </div>
  );
}

export function RoleBoxes({ label, chosen, onChange, meanings }: { label: string; chosen: Role[]; onChange: (roles: Role[]) => void; meanings?: boolean }) {
  return (
    <div className="role-boxes" role="group" aria-label={label}>
      {roles.map((role) => (
        <span key={role} className="role-box">
          <Checkbox label={roleNames[role]} checked={chosen.includes(role)} onChange={(on) => onChange(toggled(chosen, role, on))} />
          {meanings && <span className="field-help">{roleMeanings[role]}</span>}
        </span>
      ))}
    </div>
  );
}
