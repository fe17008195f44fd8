import { Ellipsis, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Account, Product } from '../../api/types';
import { act, Button, Checkbox, Chip, Dialog, FormDialog, IconButton, Load, Menu, type MenuEntry, Section, TextField, useGet, useMe } from '../../kit';
import { Secret } from './parts';
import { keyFrom } from './people';
import { useAdmin } from './RolesTab';

const peoplePath = '/people';
type Invited = { name: string; link: string };

function InviteForm({ onInvited, onClose }: { onInvited: (invited: Invited) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [admin, setAdmin] = useState(false);
  return (
    <FormDialog<Account & { link: string }>
      title="Invite somebody" submit="Invite" ready={name.trim() !== '' && email.trim() !== ''} allowed={useAdmin()} onClose={onClose} onSaved={onInvited}
      save={({ refused }) => act({ run: () => api.post(peoplePath, { body: { name: name.trim(), email: email.trim(), admin } }), done: `${name.trim()} is invited`, refused, refresh: [peoplePath] })}
    >
      {(errorOf) => (
        <>
          <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} required autoFocus />
          <TextField label="E-mail" type="email" value={email} onChange={setEmail} error={errorOf('email')} required />
          <Checkbox label="Is an admin: invites people, gives roles, begins products" checked={admin} onChange={setAdmin} />
        </>
      )}
    </FormDialog>
  );
}

function RenameForm({ account, onClose }: { account: Account; onClose: () => void }) {
  const [name, setName] = useState(account.name);
  return (
    <FormDialog<Account>
      title={`Rename ${account.name}`} submit="Save" ready={name.trim() !== ''} onClose={onClose}
      save={({ refused, version }) => act({ run: (back) => edit(account, { name: name.trim() }, back?.version ?? version), done: `Now called ${name.trim()}`, undo: (now) => edit(now, { name: account.name }), refused, refresh: [peoplePath, '/me', '/products/{product}/members'] })}
    >
      {(errorOf) => <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} required autoFocus />}
    </FormDialog>
  );
}

function edit(account: Account, body: object, version = account.version): Promise<Account> {
  return api.patch('/people/{person}', { path: { person: account.id }, body, version });
}

export function PeopleTab() {
  const me = useMe();
  const allowed = useAdmin();
  const query = useGet(peoplePath, {}, { enabled: me.admin });
  const [asking, setAsking] = useState<'invite' | Account | null>(null);
  const [invited, setInvited] = useState<Invited | null>(null);
  const change = (account: Account, body: { admin: boolean } | { state: Account['state'] }, back: object, done: string) => void act<Account>({
    run: (now = account) => edit(now, body), done, undo: (now) => edit(now, back), refresh: [peoplePath, '/products/{product}/members', '/products/{product}/decisions'],
  });
  const link = async (account: Account) => {
    const made = await act({ run: () => api.post('/people/{person}/invitations', { path: { person: account.id } }) });
    if (made) setInvited({ name: account.name, link: made.link });
  };
  const entries = (account: Account): MenuEntry[] => [
    { id: 'rename', label: 'Rename…', onChoose: () => setAsking(account) },
    { id: 'link', label: account.state === 'active' ? 'Link to choose a new password' : 'New invitation link', onChoose: () => void link(account) },
    { id: 'admin', label: account.admin ? 'No longer an admin' : 'Make an admin', onChoose: () => change(account, { admin: !account.admin }, { admin: account.admin }, `${account.name} is ${account.admin ? 'no longer' : 'now'} an admin`) },
    account.state === 'revoked'
      ? { id: 'back', label: 'Let in again', onChoose: () => change(account, { state: 'active' }, { state: 'revoked' }, `${account.name} may come in again`) }
      : { id: 'revoke', label: 'Revoke', danger: true, onChoose: () => change(account, { state: 'revoked' }, { state: account.state }, `${account.name} may no longer come in`) },
  ];
  if (!me.admin) return <p>{allowed.why}.</p>;
  return (
    <Section title="People of the organisation" actions={<Button icon={UserPlus} look="primary" onPress={() => setAsking('invite')}>Invite…</Button>}>
      <Load query={query} rows={5}>
        {({ rows }) => (
          <ul className="settings-list">
            {rows.map((account) => (
              <li key={account.id} className="settings-row">
                <span className="grow settings-who"><strong>{account.name}</strong><span className="muted">{account.email}</span></span>
                {account.admin && <Chip>Admin</Chip>}
                {account.state !== 'active' && <Chip tone={account.state === 'revoked' ? 'blocked' : 'plain'}>{account.state === 'invited' ? 'Invited' : 'Revoked'}</Chip>}
                <Menu label={`${account.name}: what to do`} entries={entries(account)}><IconButton icon={Ellipsis} label={`More about ${account.name}`} /></Menu>
              </li>
            ))}
          </ul>
        )}
      </Load>
      {asking === 'invite' && <InviteForm onInvited={setInvited} onClose={() => setAsking(null)} />}
      {asking !== null && asking !== 'invite' && <RenameForm account={asking} onClose={() => setAsking(null)} />}
      <Dialog open={invited !== null} onClose={() => setInvited(null)} title={`A link for ${invited?.name ?? ''}`} foot={<Button look="primary" onPress={() => setInvited(null)}>Done</Button>}>
        {invited && <Secret label="Works once, for a week, and is shown only now" text={invited.link} />}
        <p className="muted">What they may do is decided by the roles they get in a product.</p>
      </Dialog>
    </Section>
  );
}

function ProductForm({ product, onClose }: { product?: Product; onClose: () => void }) {
  const [name, setName] = useState(product?.name ?? '');
  const [ownKey, setOwnKey] = useState<string | null>(null);
  const key = ownKey ?? keyFrom(name);
  const rename = (id: string, to: string, version: number) => api.patch('/products/{product}', { path: { product: id }, body: { name: to }, version });
  return (
    <FormDialog<Product>
      title={product ? `Rename ${product.name}` : 'New product'} submit={product ? 'Save' : 'Create'} ready={name.trim() !== '' && (product !== undefined || key !== '')} allowed={useAdmin()} onClose={onClose}
      save={({ refused, version }) => act({
        run: (back) => (product ? rename(product.id, name.trim(), back?.version ?? version ?? product.version) : api.post('/products', { body: { key, name: name.trim() } })),
        done: product ? `Now called ${name.trim()}` : `${name.trim()} is there`, undo: product && ((now) => rename(product.id, product.name, now.version)), refused, refresh: ['/products', '/me'],
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} required autoFocus />
          {!product && <TextField label="Key" value={key} onChange={(text) => setOwnKey(text.toUpperCase())} error={errorOf('key')} required help={`Things are called ${key === '' ? 'APP' : key}-12. It stays for good.`} />}
        </>
      )}
    </FormDialog>
  );
}

export function ProductsTab() {
  const allowed = useAdmin();
  const query = useGet('/products');
  const [asking, setAsking] = useState<'new' | Product | null>(null);
  return (
    <Section title="Products" actions={<Button allowed={allowed} onPress={() => setAsking('new')}>New product…</Button>}>
      <Load query={query} rows={3}>
        {({ rows }) => (
          <ul className="settings-list">
            {rows.map((product) => (
              <li key={product.id} className="settings-row">
                <span className="settings-key number">{product.key}</span>
                <span className="grow">{product.name}</span>
                <Button look="quiet" allowed={allowed} onPress={() => setAsking(product)}>Rename…</Button>
              </li>
            ))}
          </ul>
        )}
      </Load>
      {asking !== null && <ProductForm product={asking === 'new' ? undefined : asking} onClose={() => setAsking(null)} />}
    </Section>
  );
}
