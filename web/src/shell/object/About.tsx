import { useRef, useState } from 'react';
import { api } from '../../api/client';
import type { ObjectView, Visibility } from '../../api/types';
import { act, Button, ChoosePerson, formatAgo, kinds, may, Menu, PersonBadge } from '../../kit';

const visibilities: Record<Visibility, string> = { team: 'The team', internal: 'Everybody inside', customers: 'Chosen customers', public: 'Everybody' };

/** Its kind, whose it is, who sees it, and since when it stands so. */
export function About({ object }: { object: ObjectView }) {
  const [asking, setAsking] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const allowed = may(object.can, kinds[object.kind].edit);
  const patch = (body: object, version: number) => api.patch('/objects/{object}', { path: { object: object.id }, body, version });
  const change = (body: object, back: object, done: string) => void act<ObjectView>({
    run: (now = object) => patch(body, now.version), done, undo: (now) => patch(back, now.version), refresh: ['/objects/{object}', '/objects/{object}/history'],
  });
  return (
    <div className="row wrap muted object-about">
      <span>{kinds[object.kind].name}</span>
      <Button ref={anchor} look="quiet" allowed={allowed} onPress={() => setAsking(true)}><span className="only-heard">Owner: </span>{object.owner ? <PersonBadge person={object.owner} named /> : 'No owner'}</Button>
      <Menu
        label="Who sees it"
        entries={Object.entries(visibilities).map(([visibility, label]) => ({
          id: visibility, label, allowed, onChoose: () => change({ visibility }, { visibility: object.visibility }, `${object.reference} is seen by ${label.toLowerCase()}`),
        }))}
      >
        <Button look="quiet"><span className="only-heard">Seen by: </span>{visibilities[object.visibility]}</Button>
      </Menu>
      <span>changed {formatAgo(object.updated_at)}</span>
      {asking && (
        <ChoosePerson
          title={`Whose is ${object.reference}?`} anchor={anchor} allowed={allowed} selected={object.owner?.id} onClose={() => setAsking(false)}
          onChoose={(person) => change({ owner_id: person?.id ?? null }, { owner_id: object.owner?.id ?? null }, `${object.reference} belongs to ${person?.name ?? 'nobody'}`)}
        />
      )}
    </div>
  );
}
