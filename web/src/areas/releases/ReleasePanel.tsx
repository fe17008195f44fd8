import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Release } from '../../api/types';
import { Button, Fact, Facts, formatDate, itemKinds, Load, may, PageLink, Progress, Section, type SlotProps, useGet } from '../../kit';
import { contentsPath, releasePath } from './actions';
import { ReleaseForm, ReleaseItem } from './dialogs';
import { audienceOf } from './release';
import './releases.css';

function Panel({ release }: { release: Release }) {
  const [editing, setEditing] = useState(false);
  const items = useGet(contentsPath, { path: { release: release.reference } }, { live: itemKinds });
  const { total, accepted } = release.items;
  const { asked, told } = release.audience;
  return (
    <>
      <Facts>
        <Fact label="Planned for">{release.planned_on === null ? <span className="muted">No date yet</span> : formatDate(release.planned_on)}</Fact>
        <Fact label="Shipped">{release.shipped_at === null ? <span className="muted">Not yet</span> : `${formatDate(release.shipped_at)}${release.shipped_by ? ` by ${release.shipped_by.name}` : ''}`}</Fact>
        <Fact label="Accepted">{total === 0 ? <span className="muted">Nothing in it yet</span> : <><span className="number">{accepted} of {total}</span><Progress share={accepted / total} label={`${accepted} of ${total} items accepted`} /></>}</Fact>
        <Fact label="Told">{asked === 0 ? <span className="muted">Nobody asked for it</span> : <PageLink to={`releases/${release.reference}`} query={{ tab: 'tell' }}>{audienceOf(release.audience)}</PageLink>}</Fact>
      </Facts>
      <div className="row wrap">
        <Button icon={Pencil} allowed={may(release.can, 'release')} onPress={() => setEditing(true)}>Edit…</Button>
        <PageLink to={`releases/${release.reference}`}>{release.shipped_at === null ? 'Contents and shipping' : told < asked ? 'Contents and who to tell' : 'The release'}</PageLink>
      </div>
      <Section title={`Contents · ${total}`}>
        <Load query={items} rows={3}>
          {({ rows }) => (rows.length === 0 ? <p className="muted">Nothing is in it yet.</p> : <ul className="release-items">{rows.map((row) => <li key={row.id} className="release-item"><ReleaseItem row={row} /></li>)}</ul>)}
        </Load>
      </Section>
      {editing && <ReleaseForm release={release} onClose={() => setEditing(false)} />}
    </>
  );
}

/** What only a release has: its day, its contents, who is to be told. */
export default function ReleasePanel({ object }: SlotProps) {
  const query = useGet(releasePath, { path: { release: object.reference } }, { live: ['feedback', ...itemKinds] });
  return <Load query={query} rows={4}>{(release) => <Panel release={release} />}</Load>;
}
