import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, Ellipsis, Keyboard, LogOut, type LucideIcon, Monitor, Moon, Plus, Search, Sun } from 'lucide-react';
import { ToggleButton, ToggleButtonGroup, Button as AriaButton } from 'react-aria-components';
import { api } from '../api/client';
import type { MyProduct } from '../api/types';
import { type Desk, IconButton, KeyHint, Menu, type MenuEntry, PersonBadge, toastProblem, useMe } from '../kit';
import { entries } from './areas';
import { homeOf, roleDesk } from './home';
import { setTheme, type Theme, useTheme } from '../kit/theme';

interface Props { product: MyProduct; desk: Desk; onDesk: (desk: Desk) => void; onFind: () => void; onMake: () => void; onKeys: () => void }

const deskNames: Record<Desk, string> = { strategy: 'Strategy', delivery: 'Delivery' };
const themes: Record<Theme, { next: Theme; icon: LucideIcon; label: string }> = {
  system: { next: 'light', icon: Monitor, label: 'Theme: as the system' },
  light: { next: 'dark', icon: Sun, label: 'Theme: light' },
  dark: { next: 'system', icon: Moon, label: 'Theme: dark' },
};

async function signOut(): Promise<void> {
  try {
    await api.del('/sessions/{session}', { path: { session: 'current' } });
    location.assign('/sign-in');
  } catch (problem) {
    toastProblem(problem);
  }
}

function NavLink({ product, path, label, icon: Icon, keys }: { product: MyProduct; path: string; label: string; icon: LucideIcon; keys?: string }) {
  const here = useLocation({ select: (location) => `${location.pathname}/`.startsWith(`/p/${product.key}/${path}/`) });
  return (
    <Link to={`/p/${product.key}/${path}`} className={here ? 'nav-link here' : 'nav-link'} aria-current={here ? 'page' : undefined} title={label}>
      <Icon size={16} strokeWidth={1.5} aria-hidden />
      <span className="nav-word">{label}</span>
      {keys !== undefined && <KeyHint keys={keys} />}
    </Link>
  );
}

function ThemeButton() {
  const theme = useTheme((state) => state.theme);
  const { next, icon, label } = themes[theme];
  return <IconButton icon={icon} label={label} onPress={() => setTheme(next)} />;
}

export function Nav({ product, desk, onDesk, onFind, onMake, onKeys }: Props) {
  const me = useMe();
  const navigate = useNavigate();
  const at = (place: string) => entries.filter((entry) => entry.place === place);
  const links = (place: string) => at(place).map(({ path, label, icon, keys }) => <NavLink key={path} product={product} path={path} label={label} icon={icon} keys={keys} />);
  const go = (to: string) => void navigate({ to: to });
  const products: MenuEntry[] = me.products.map(({ key, name }) => ({ id: key, label: name, onChoose: () => go(`/p/${key}`) }));
  const all: MenuEntry[] = entries.map(({ path, label, icon }) => ({ id: path, label, icon, onChoose: () => go(`/p/${product.key}/${path}`) }));
  const own = roleDesk(product);
  const viewing = own !== undefined && own !== desk;

  return (
    <>
      <nav className="nav" aria-label="Product">
        <Menu label="Products" entries={products}>
          <AriaButton className="nav-link nav-product" aria-label={`Product: ${product.name}`}>
            <span className="nav-word cut">{product.name}</span>
            <span className="nav-short">{product.key.slice(0, 3)}</span>
            <ChevronsUpDown size={14} aria-hidden className="nav-word" />
          </AriaButton>
        </Menu>
        <AriaButton className="nav-link" onPress={onFind}>
          <Search size={16} strokeWidth={1.5} aria-hidden />
          <span className="nav-word">Find or do</span>
          <KeyHint keys="$mod+k" />
        </AriaButton>
        {links('top')}
        <ToggleButtonGroup className="nav-desks" aria-label="Desk" selectedKeys={[desk]} disallowEmptySelection onSelectionChange={([next]) => onDesk(next as Desk)}>
          {(['strategy', 'delivery'] as const).map((one) => (
            <ToggleButton key={one} id={one} className={`nav-desk ${one}`}>
              <span className="nav-word">{deskNames[one]}</span><span className="nav-short" aria-hidden>{deskNames[one][0]}</span>
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {viewing && <span className="nav-viewing">Viewing</span>}
        {links(desk)}
        <div className="nav-foot">
          {links('foot')}
          <div className="nav-tools">
            <PersonBadge person={me.person} />
            <span className="nav-word cut grow">{me.person.name}</span>
            <ThemeButton />
            <IconButton icon={Keyboard} label="All keys" keys="?" onPress={onKeys} />
            <IconButton icon={LogOut} label="Sign out" onPress={() => void signOut()} />
          </div>
        </div>
      </nav>
      <nav className="bottom-bar" aria-label="Product, on phones">
        {links('top').slice(0, 2)}
        {at(desk).filter(({ path }) => path === homeOf(product) || path === 'sprint' || path === 'roadmap').map(({ path, label, icon }) => <NavLink key={path} product={product} path={path} label={label} icon={icon} />)}
        <AriaButton className="nav-link" onPress={onFind}><Search size={16} strokeWidth={1.5} aria-hidden /><span>Find</span></AriaButton>
        <AriaButton className="nav-link" onPress={onMake}><Plus size={16} strokeWidth={1.5} aria-hidden /><span>New</span></AriaButton>
        <Menu label="All pages" entries={[...all, { id: 'desk', label: desk === 'strategy' ? 'Delivery desk' : 'Strategy desk', onChoose: () => onDesk(desk === 'strategy' ? 'delivery' : 'strategy') }, ...(products.length > 1 ? products : []), { id: 'sign-out', label: 'Sign out', icon: LogOut, onChoose: () => void signOut() }]}>
          <AriaButton className="nav-link"><Ellipsis size={16} strokeWidth={1.5} aria-hidden /><span>More</span></AriaButton>
        </Menu>
      </nav>
    </>
  );
}
