import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type Desk, Page, Settling, useKeys, useMe, useParam, useSetUrl, useUrl } from '../kit';
import { activeKeys, useKeyChanges } from '../kit/keys';
import { ProductContext } from '../kit/session';
import { redo, undo } from '../kit/toast';
import { entries, settling } from './areas';
import { deskOf, homeOf, rememberDesk, rememberProduct } from './home';
import { useConnection, useLiveConnection } from './live';
import { Nav } from './Nav';
import { Palette } from './Palette';
import { PeekHost } from './object/PeekHost';
import { ShortcutSheet } from './ShortcutSheet';
import type { MyProduct } from '../api/types';
import './layout.css';

/** An address with `?new=yes` does what C does on its page, as soon as the page has bound it. */
function useMaking(): void {
  const asked = useUrl().new !== undefined;
  const setUrl = useSetUrl();
  const bound = useKeyChanges((state) => state.count);
  useEffect(() => {
    const make = asked ? activeKeys().find(({ keys }) => keys === 'c') : undefined;
    if (!make) return;
    setUrl({ new: undefined });
    make.run(new KeyboardEvent('keydown'));
  }, [asked, bound, setUrl]);
}

function Layout({ product }: { product: MyProduct }) {
  const navigate = useNavigate();
  const path = useLocation({ select: (location) => location.pathname });
  const [chosen, setChosen] = useState<Desk>(() => deskOf(product));
  const [palette, setPalette] = useState<'find' | 'make' | null>(null);
  const [sheet, setSheet] = useState(false);
  const offline = useConnection((state) => state.offline);
  useLiveConnection(product);

  useEffect(() => rememberProduct(product.key), [product.key]);
  // The switch follows the page that is open.
  const here = entries.find((entry) => path.startsWith(`/p/${product.key}/${entry.path}`));
  const hereDesk = here?.place === 'strategy' || here?.place === 'delivery' ? here.place : undefined;
  const desk = hereDesk ?? chosen;
  useEffect(() => { if (hereDesk) rememberDesk(product.key, hereDesk) }, [hereDesk, product.key]);

  useMaking();
  const go = (to: string) => void navigate({ to: `/p/${product.key}/${to}` });
  const switchDesk = (next: Desk) => {
    setChosen(next);
    rememberDesk(product.key, next);
    go(homeOf(product));
  };
  useKeys([
    { keys: '$mod+k', does: 'Find or do anything', group: 'Everywhere', run: () => setPalette('find'), everywhere: true, quiet: true },
    { keys: 'Shift+c', does: 'New, of any kind', group: 'Everywhere', run: () => setPalette('make') },
    { keys: '[Shift]+?', does: 'Show all keys', group: 'Everywhere', run: () => setSheet(true) },
    { keys: '$mod+z', does: 'Undo', group: 'Everywhere', run: () => void undo() },
    { keys: '$mod+Shift+z', does: 'Redo', group: 'Everywhere', run: () => void redo() },
    { keys: 'Backquote', does: 'Switch desk', group: 'Go to', run: () => switchDesk(desk === 'strategy' ? 'delivery' : 'strategy') },
    ...entries.flatMap((entry) => (entry.keys === undefined ? [] : [{ keys: entry.keys, does: `Go to ${entry.label}`, group: 'Go to', run: () => go(entry.path), quiet: true }])),
  ], 0);

  return (
    <div className="layout">
      <a className="skip" href="#main">Skip to the page</a>
      <Nav product={product} desk={desk} onDesk={switchDesk} onFind={() => setPalette('find')} onMake={() => setPalette('make')} onKeys={() => setSheet(true)} />
      <div className="layout-page">
        {offline && <div className="offline" role="status">No connection. Showing what was loaded; changes are not saved until it is back.</div>}
        <div className="layout-main"><Outlet /><PeekHost /></div>
      </div>
      {palette && <Palette making={palette === 'make'} onClose={() => setPalette(null)} />}
      <ShortcutSheet open={sheet} onClose={() => setSheet(false)} />
    </div>
  );
}

export function ProductLayout() {
  const key = useParam('product');
  const product = useMe().products.find((candidate) => candidate.key === key || candidate.id === key);
  if (!product) return <Page title="Not found" layout="read"><p>There is no product “{key}”, or you are not a member of it.</p></Page>;
  return <ProductContext value={product}><Settling value={settling}><Layout key={product.key} product={product} /></Settling></ProductContext>;
}
