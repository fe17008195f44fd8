import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Release } from '../../api/types';
import { Button, Chip, EmptyState, formatCount, itemKinds, KindGlyph, Load, may, Page, Progress, toast, ToggleChip, useAll, useCursor, useKeys, useProduct, useSetUrl, useUrl } from '../../kit';
import { releasesPath } from './actions';
import { ReleaseForm } from './dialogs';
import { audienceOf, isLate, whenOf } from './release';
import './releases.css';

function Releases({ releases }: { releases: Release[] }) {
  const product = useProduct();
  const navigate = useNavigate();
  const setUrl = useSetUrl();
  const toTell = useUrl().tell === 'yes';
  const [adding, setAdding] = useState(false);
  const allowed = may(product.can, 'release');
  const waits = (release: Release) => release.shipped_at !== null && release.audience.told < release.audience.asked;
  const waiting = releases.filter(waits).length;
  const rows = toTell ? releases.filter(waits) : releases;
  const { here, rowProps } = useCursor(rows, 'Releases');
  const pageOf = (release: Release) => `/p/${product.key}/releases/${release.reference}`;
  const add = () => { if (allowed.ok) setAdding(true); else toast(allowed.why ?? '') };
  useKeys([
    { keys: 'c', does: 'New release', group: 'Releases', run: add },
    { keys: 'Enter', does: 'Open the release', group: 'Releases: move', run: () => { if (here) void navigate({ to: pageOf(here) }) }, quiet: true },
  ]);
  return (
    <Page
      title="Releases" note={formatCount(releases.length, 'release')}
      filters={(waiting > 0 || toTell) && <ToggleChip on={toTell} onChange={(on) => setUrl({ tell: on ? 'yes' : undefined })}>Shipped, not everybody told · {waiting}</ToggleChip>}
      actions={<Button look="primary" keys="c" allowed={allowed} onPress={add}>New release</Button>}
    >
      {releases.length === 0 && (
        <EmptyState action={<Button allowed={allowed} onPress={add}>Plan the first release</Button>}>
          A release is what leaves the building together. It collects accepted work, and when it has shipped it says who asked for it and should be told.
        </EmptyState>
      )}
      {releases.length > 0 && rows.length === 0 && <EmptyState action={<Button onPress={() => setUrl({ tell: undefined })}>Show all</Button>}>Everybody who asked for something that shipped was told.</EmptyState>}
      {rows.length > 0 && (
        <ul className="release-list">
          {rows.map((release) => {
            const { total, accepted } = release.items;
            return (
              <li key={release.id} {...rowProps(release.id)} className="release-row cursor-row">
                <KindGlyph kind="release" bare />
                <span className="cursor-link release-name"><Link to={pageOf(release)} className="object-link">{release.name}</Link></span>
                <span className="muted number">{whenOf(release)} {isLate(release) && <Chip tone="risk">▲ Late</Chip>}</span>
                <span className="release-share number">
                  {total === 0 ? <span className="muted">Nothing in it yet</span>
                    : <><Progress share={accepted / total} label={`${accepted} of ${total} items accepted`} /><span className="muted">{accepted} of {total} accepted</span></>}
                </span>
                <span className="release-told number">{waits(release) ? <Chip tone="risk">▲ {audienceOf(release.audience)}</Chip> : <span className="muted">{audienceOf(release.audience)}</span>}</span>
                {release.shipped_at === null ? <Chip>Planned</Chip> : <Chip tone="done">Shipped</Chip>}
              </li>
            );
          })}
        </ul>
      )}
      {adding && <ReleaseForm onClose={() => setAdding(false)} onSaved={(release) => void navigate({ to: pageOf(release) })} />}
    </Page>
  );
}

export default function ReleasesPage() {
  const product = useProduct();
  const query = useAll(releasesPath, { path: { product: product.key } }, { live: ['release', 'feedback', ...itemKinds] });
  if (query.data === undefined) return <Page title="Releases"><Load query={query} rows={6}>{() => null}</Load></Page>;
  return <Releases releases={query.data} />;
}
