import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { KeyHint } from './KeyHint';
import { hintOf, markOf, proposing, type Verdict } from './may';
import './overlay.css';

export interface MenuEntry {
  id: string;
  label: string;
  onChoose: () => void;
  icon?: LucideIcon;
  /** A glyph instead of an icon. */
  glyph?: ReactNode;
  keys?: string;
  allowed?: Verdict;
  danger?: boolean;
}

/** `children` is the button that opens it. */
export function Menu({ label, entries, children }: { label: string; entries: MenuEntry[]; children: ReactElement }) {
  return (
    <MenuTrigger>
      {children}
      <Popover className="popover">
        <AriaMenu className="menu" aria-label={label}>
          {entries.map(({ id, label: text, onChoose, icon: Icon, glyph, keys, allowed, danger }) => (
            <MenuItem
              key={id} id={id} textValue={text} className={danger ? 'menu-item danger' : 'menu-item'}
              isDisabled={allowed !== undefined && !allowed.ok} onAction={onChoose} {...markOf(allowed)}
            >
              {glyph}
              {Icon && <Icon size={16} strokeWidth={1.5} aria-hidden />}
              <Text slot="label">{text}</Text>
              {hintOf(allowed) !== undefined && <Text slot="description" className="why-not">{proposing(allowed) ?? hintOf(allowed)}</Text>}
              {keys !== undefined && <KeyHint keys={keys} />}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
