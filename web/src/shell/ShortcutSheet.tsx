import { Switch } from 'react-aria-components';
import { Dialog, KeyHint } from '../kit';
import { activeKeys, type Key, setSingleKeys, useKeyChanges, useSingleKeys } from '../kit/keys';
import './palette.css';

export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  useKeyChanges();
  const single = useSingleKeys((state) => state.on);
  if (!open) return null;
  const groups = new Map<string, Key[]>();
  for (const key of activeKeys()) groups.set(key.group, [...(groups.get(key.group) ?? []), key]);
  return (
    <Dialog open onClose={onClose} title="Keys" size="large">
      <Switch className="switch" isSelected={single} onChange={setSingleKeys}><span className="switch-track" aria-hidden />Single-letter keys</Switch>
      <div className="key-groups">
        {[...groups].map(([group, keys]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>{keys.map((key) => <div key={key.keys} className="row between"><dt>{key.does}</dt><dd><KeyHint keys={key.keys} /></dd></div>)}</dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
