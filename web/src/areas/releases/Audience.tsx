import { Megaphone } from 'lucide-react';
import { useState } from 'react';
import type { AudienceRow, Release } from '../../api/types';
import { Button, Checkbox, Chip, EmptyState, formatCount, formatMoment, formatNumber, itemKinds, Load, may, ObjectLink, useGet, type Verdict } from '../../kit';
import { audiencePath } from './actions';
import { TellDialog } from './dialogs';
import { namesOf, tellingsOf } from './release';

export function useAudience(release: Pick<Release, 'reference'>) {
  return useGet(audiencePath, { path: { release: release.reference } }, { live: ['release', 'feedback', 'customer', 'initiative', 'opportunity', ...itemKinds] });
}

/** So many are drawn at once; the rest waits below. */
const piece = 200;

function Asked({ row, chosen, allowed, onChoose }: { row: AudienceRow; chosen: boolean; allowed: Verdict; onChoose: (on: boolean) => void }) {
  const { customer, feedback, because, told } = row;
  return (
    <li className="audience-row">
      <span className="audience-box">{told === null ? <Checkbox label={`Tell ${customer?.name ?? feedback.title}`} hideLabel checked={chosen} onChange={onChoose} allowed={allowed} /> : <Chip tone="done">✓ Told</Chip>}</span>
      <div className="audience-who">
        <strong>{customer?.name ?? 'No customer named'}</strong>
        <span className="muted">{[customer?.segment, customer?.value && `worth ${formatNumber(customer.value)}`].filter(Boolean).join(' · ')}</span>
      </div>
      <div className="stack audience-what">
        <ObjectLink object={feedback} />
        <span className="audience-because"><span className="muted">because of</span> {because.map((stub) => <ObjectLink key={stub.id} object={stub} />)}</span>
        {told && <span className="muted">{formatMoment(told.at)}{told.by && ` by ${told.by.name}`}{told.channel !== null && told.channel !== '' && ` · ${told.channel}`}</span>}
      </div>
    </li>
  );
}

/** Who asked for what is in it, and who of them knows. */
export function Audience({ release }: { release: Release }) {
  const query = useAudience(release);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [telling, setTelling] = useState(false);
  const [most, setMost] = useState(piece);
  const announce = may(release.can, 'announce');
  const allowed: Verdict = release.shipped_at === null ? { ok: false, why: 'Tell them when it has shipped' } : announce;
  return (
    <Load query={query} rows={5}>
      {({ rows }) => {
        const waiting = rows.filter((row) => row.told === null);
        const picked = waiting.filter((row) => chosen.has(row.feedback.id));
        if (rows.length === 0) return <EmptyState>Nobody’s feedback asks for what is in this release. Feedback reaches it through the items, their epics, initiatives and opportunities.</EmptyState>;
        return (
          <>
            <div className="row wrap between audience-bar">
              {waiting.length > 0 ? (
                <Checkbox
                  label={picked.length === 0 ? `All ${formatCount(waiting.length, 'person', 'people')} still to tell` : `${picked.length} of ${waiting.length} chosen`} allowed={allowed}
                  checked={picked.length === waiting.length} some={picked.length > 0 && picked.length < waiting.length}
                  onChange={(on) => setChosen(new Set(on ? waiting.map((row) => row.feedback.id) : []))}
                />
              ) : <p>Everybody who asked for it was told.</p>}
              {waiting.length > 0 && <Button icon={Megaphone} allowed={allowed} disabled={allowed.ok && picked.length === 0} onPress={() => setTelling(true)}>Tell {picked.length > 0 ? formatCount(picked.length, 'person', 'people') : 'them'}…</Button>}
            </div>
            {release.shipped_at === null && <p className="muted">They can be told when the release has shipped.</p>}
            <ul className="audience">
              {rows.slice(0, most).map((row) => (
                <Asked
                  key={row.feedback.id} row={row} allowed={allowed} chosen={chosen.has(row.feedback.id)}
                  onChoose={(on) => {
                    const next = new Set(chosen);
                    if (on) next.add(row.feedback.id);
                    else next.delete(row.feedback.id);
                    setChosen(next);
                  }}
                />
              ))}
            </ul>
            {rows.length > most && <div><Button onPress={() => setMost(most + piece)}>Show more of {formatNumber(rows.length)}</Button></div>}
            {telling && <TellDialog release={release} rows={picked} onTold={() => setChosen(new Set())} onClose={() => setTelling(false)} />}
          </>
        );
      }}
    </Load>
  );
}

/** What was told, when, how and to whom. */
export function ToldLog({ release }: { release: Release }) {
  return (
    <Load query={useAudience(release)} rows={3}>
      {({ rows }) => {
        const tellings = tellingsOf(rows);
        if (tellings.length === 0) return <EmptyState>Nobody was told yet.</EmptyState>;
        return (
          <ol className="stack">
            {tellings.map((telling) => (
              <li key={telling.key} className="card stack">
                <p className="muted">{formatMoment(telling.at)} · {telling.by}{telling.channel !== null && telling.channel !== '' && ` · ${telling.channel}`} · to {namesOf(telling.told)}</p>
                <p className="reading release-preview-text">{telling.text}</p>
              </li>
            ))}
          </ol>
        );
      }}
    </Load>
  );
}
