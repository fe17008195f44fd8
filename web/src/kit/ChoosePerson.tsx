import type { RefObject } from 'react';
import type { Person } from '../api/types';
import { Choose } from './Choose';
import { useMembers } from './data';
import type { Verdict } from './may';
import { PersonBadge } from './PersonBadge';
import { useMe, useProduct } from './session';

interface Props { title: string; selected?: string | null; anchor: RefObject<Element | null>; onChoose: (person: Person | null) => void; allowed?: Verdict; onClose: () => void }

/** People of the product, the reader first, or nobody. */
export function ChoosePerson({ title, selected, anchor, onChoose, allowed, onClose }: Props) {
  const me = useMe();
  const members = useMembers(useProduct().key).filter((member) => member.state !== 'revoked').map((member) => member.person);
  const ordered = members.toSorted((a, b) => Number(b.id === me.person.id) - Number(a.id === me.person.id) || a.name.localeCompare(b.name));
  return (
    <Choose
      title={title} anchor={anchor} allowed={allowed} selected={selected ?? 'nobody'} onClose={onClose} onChoose={(id) => onChoose(members.find((person) => person.id === id) ?? null)}
      choices={[
        ...ordered.map((person) => ({ id: person.id, label: person.id === me.person.id ? `${person.name} (me)` : person.name, icon: <PersonBadge person={person} /> })),
        { id: 'nobody', label: 'Nobody', icon: <PersonBadge person={null} /> },
      ]}
    />
  );
}
