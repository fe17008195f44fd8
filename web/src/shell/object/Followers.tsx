import { Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { ObjectView } from '../../api/types';
import { Button, Load, PersonBadge, useGet } from '../../kit';

function Names({ object }: { object: ObjectView }) {
  const query = useGet('/objects/{object}/followers', { path: { object: object.reference } });
  return (
    <Load query={query} rows={2}>
      {({ rows }) => (rows.length === 0 ? <p className="muted">Nobody yet</p> : <ul className="stack">{rows.map((person) => <li key={person.id}><PersonBadge person={person} named /></li>)}</ul>)}
    </Load>
  );
}

/** How many follow, and on asking who. */
export function Followers({ object }: { object: ObjectView }) {
  return (
    <DialogTrigger>
      <Button look="quiet">{object.counts.followers} following</Button>
      <Popover className="popover" placement="bottom start"><Dialog aria-label="Who follows" className="followers"><Names object={object} /></Dialog></Popover>
    </DialogTrigger>
  );
}
