import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Theme } from '../../api/types';
import { Button, Fact, Facts, Load, may, ObjectLink, PageLink, type SlotProps, useGet, useProduct } from '../../kit';
import { ThemeForm } from './ThemeForm';
import { themePath } from './themes';

function Panel({ theme }: { theme: Theme }) {
  const product = useProduct();
  const [editing, setEditing] = useState(false);
  const { target_share: share, advanced_by: advancing } = theme;
  return (
    <div className="stack">
      <Facts>
        <Fact label="Target share">{share === null ? <span className="muted">Not said</span> : <span className="number">{share} %</span>}</Fact>
        <Fact label="What it got"><PageLink to="line" query={{ tab: 'coverage' }}>Planned against actual</PageLink></Fact>
        <Fact label="Advanced by" wide>{advancing.length === 0 ? <span className="muted">No objective and no initiative yet</span> : <ul>{advancing.map((one) => <li key={one.id}><ObjectLink object={one} /></li>)}</ul>}</Fact>
      </Facts>
      <div><Button icon={Pencil} allowed={may(product.can, 'objectives')} onPress={() => setEditing(true)}>Edit…</Button></div>
      {editing && <ThemeForm theme={theme} onClose={() => setEditing(false)} />}
    </div>
  );
}

/** What only a theme has: its share of the effort, and what advances it. */
export default function ThemePanel({ object }: SlotProps) {
  const query = useGet(themePath, { path: { theme: object.reference } }, { live: ['objective', 'initiative'] });
  return <Load query={query} rows={3}>{(theme) => <Panel theme={theme} />}</Load>;
}
