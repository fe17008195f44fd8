import { useState } from 'react';
import { api } from '../../api/client';
import type { Member, Role } from '../../api/types';
import { act, Checkbox, Chip, keyOf, Load, PersonBadge, queries, refresh, roleName, roleNames, roles, Select, TextField, useGet, useMe, useProduct, type Verdict } from '../../kit';
import { departmentNames, departments, toggled } from './people';

const membersPath = '/products/{product}/members';
const decisionsPath = '/products/{product}/decisions';

export function useAdmin(): Verdict {
  return useMe().admin ? { ok: true } : { ok: false, why: 'An admin of the organisation does this' };
}

type Standing = Pick<Member, 'roles' | 'department'>;

/** Changes what somebody is in a product: at once on the screen, then on the server, with a way back. */
async function give(product: string, member: Member, next: Standing, said: string): Promise<void> {
  const put = ({ roles: held, department }: Standing) => api.put('/products/{product}/members/{person}', { path: { product, person: member.person.id }, body: { roles: held, department } });
  queries.setQueryData(keyOf(membersPath, { path: { product } }), (data: { rows: Member[] } | undefined) => data && {
    ...data, rows: data.rows.some((row) => row.person.id === member.person.id) ? data.rows.map((row) => (row.person.id === member.person.id ? { ...row, ...next } : row)) : [...data.rows, { ...member, ...next }],
  });
  const done = await act({ run: () => put(next), done: `${member.person.name} is ${said}`, undo: () => put(member), refresh: [membersPath, decisionsPath, '/me'] });
  if (!done) await refresh(membersPath);
}

function giveRole(product: string, member: Member, role: Role, on: boolean): Promise<void> {
  const given = toggled(member.roles, role, on);
  const department = given.includes('stakeholder') ? member.department : null;
  return give(product, member, { roles: given, department }, `${on ? '' : 'no longer '}${roleName(role)}`);
}

function Department({ product, member, allowed }: { product: string; member: Member; allowed: Verdict }) {
  if (!member.roles.includes('stakeholder')) return <span className="muted">–</span>;
  return (
    <Select
      label={`Department of ${member.person.name}`} hideLabel value={member.department ?? 'none'} allowed={allowed}
      options={[{ id: 'none', label: 'Not said' }, ...departments.map((id) => ({ id, label: departmentNames[id] }))]}
      onChange={(id) => {
        const department = departments.find((one) => one === id) ?? null;
        void give(product, member, { roles: member.roles, department }, department === null ? 'of no department' : `of ${departmentNames[department].toLowerCase()}`);
      }}
    />
  );
}

const initialsOf = (name: string) => name.split(/\s+/).map((word) => word[0] ?? '').join('').slice(0, 2).toUpperCase();

/** Who holds which role in this product. A person may hold several; nobody needs any. */
export function RolesTab() {
  const product = useProduct();
  const me = useMe();
  const allowed = useAdmin();
  const [text, setText] = useState('');
  const members = useGet(membersPath, { path: { product: product.key } });
  const people = useGet('/people', {}, { enabled: me.admin });
  return (
    <Load query={members} rows={5}>
      {({ rows }) => {
        const known = new Set(rows.map(({ person }) => person.id));
        const outside: Member[] = (people.data?.rows ?? []).filter((account) => !known.has(account.id) && account.state !== 'revoked')
          .map(({ id, name, email, state }) => ({ person: { id, name, initials: initialsOf(name) }, email, state, roles: [], department: null }));
        const all = [...rows, ...outside].filter(({ person, email }) => `${person.name} ${email ?? ''}`.toLowerCase().includes(text.trim().toLowerCase()));
        return (
          <div className="stack">
            <p className="muted">A role nobody holds falls to the one beside it: without a product owner the product manager decides, and the other way round.</p>
            {rows.length + outside.length > 12 && <div className="settings-find"><TextField label="Filter" hideLabel placeholder="Filter people" value={text} onChange={setText} /></div>}
            <div className="settings-scroll">
              <table className="role-grid">
                <thead><tr><th scope="col">Person</th>{roles.map((role) => <th key={role} scope="col">{roleNames[role]}</th>)}<th scope="col">Department</th></tr></thead>
                <tbody>
                  {all.map((member) => (
                    <tr key={member.person.id} className={member.roles.length === 0 ? 'outside' : undefined}>
                      <th scope="row"><span className="row"><PersonBadge person={member.person} named />{member.state !== 'active' && <Chip>{member.state === 'invited' ? 'Invited' : 'Revoked'}</Chip>}</span></th>
                      {roles.map((role) => (
                        <td key={role}>
                          <Checkbox
                            label={`${member.person.name} is ${roleName(role)}`} hideLabel checked={member.roles.includes(role)} allowed={allowed}
                            onChange={(on) => void giveRole(product.key, member, role, on)}
                          />
                        </td>
                      ))}
                      <td className="role-department"><Department product={product.key} member={member} allowed={allowed} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        );
      }}
    </Load>
  );
}
