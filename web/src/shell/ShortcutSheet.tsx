import { Switch } from 'react-aria-components';
import { Dialog, KeyHint } from '../kit';
import { activeKeys, setSingleKeys, useKeyChanges, useSingleKeys } from '../kit/keys';
import './palette.css';

export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  useKeyChanges();
  const single = useSingleKeys((state) => state.on);
  if (!open) return null;
  const groups = Map.groupBy(activeKeys(), (key) => key.group);
  return (
    <Dialog open onClose={onClose} title="Keys" size="large">
      <Switch className="switch" isSelected={single} onChange={setSingleKeys}><span className="switch-track" aria-hidden />Single-letter keys</Switch>
      <div className="key-groups">
        {[...groups].map(([group, keys]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {[...Map.groupBy(keys, (key) => key.does)].map(([does, same]) => (
                <div key={does} className="row between"><dt>{does}</dt><dd className="row">{same.map((key) => <KeyHint key={key.keys} keys={key.keys} />)}</dd></div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
