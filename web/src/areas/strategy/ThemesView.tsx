import { useState } from 'react';
import type { Theme, Themes } from '../../api/types';
import { Button, Chip, EmptyState, formatCount, Load, may, ObjectLink, Page, PageLink, toast, useCursor, useGet, useKeys, useProduct } from '../../kit';
import { ThemeForm } from './ThemeForm';
import { targetsSentence, themesPath } from './themes';
import { Views } from './Views';
import './objectives.css';

type Asking = 'new' | Theme;

function List({ themes: { rows, targets }, onAsk }: { themes: Themes; onAsk: (asking: Asking) => void }) {
  const product = useProduct();
  const allowed = may(product.can, 'objectives');
  const { here, rowProps } = useCursor(rows, 'Themes');
  useKeys([{ keys: 'e', does: 'Edit', group: 'Themes: do', run: () => { if (!allowed.ok) toast(allowed.why ?? ''); else if (here) onAsk(here) } }]);
  if (rows.length === 0) {
    return (
      <EmptyState action={<Button keys="c" allowed={allowed} onPress={() => onAsk('new')}>Name the first theme</Button>}>
        A theme says what part of the effort is meant for, across objectives: reliability, growth, a new market. Coverage then shows what it was to get and what it got.
      </EmptyState>
    );
  }
  return (
    <>
      <ul>
        {rows.map((theme) => (
          <li key={theme.id} {...rowProps(theme.id)} className="theme-row cursor-row">
            <span className="theme-title cursor-link"><ObjectLink object={{ ...theme, kind: 'theme' }} bare /></span>
            <span className="theme-share number">{theme.target_share === null ? <span className="muted">no target</span> : `${theme.target_share} %`}</span>
            <span className="theme-advancing cursor-over">
              {theme.advanced_by.length === 0 ? <Chip tone="risk">▲ Nothing advances it</Chip> : theme.advanced_by.map((one) => <ObjectLink key={one.id} object={one} />)}
            </span>
          </li>
        ))}
      </ul>
      <p className="muted">{targets > 0 && `${targetsSentence(targets)} `}<PageLink to="line" query={{ tab: 'coverage' }}>What each of them got</PageLink></p>
    </>
  );
}

/** What the effort is meant for, and how much of it. */
export function ThemesView() {
  const product = useProduct();
  const allowed = may(product.can, 'objectives');
  const query = useGet(themesPath, { path: { product: product.key } }, { live: ['theme', 'objective', 'initiative'] });
  const [asking, setAsking] = useState<Asking | null>(null);
  const add = () => { if (allowed.ok) setAsking('new'); else toast(allowed.why ?? '') };
  useKeys([{ keys: 'c', does: 'New theme', group: 'Themes: do', run: add }]);
  return (
    <Page
      title="Objectives" note={query.data && formatCount(query.data.rows.length, 'theme')} filters={<Views value="themes" />}
      actions={<Button look="primary" keys="c" allowed={allowed} onPress={add}>New theme</Button>}
    >
      <Load query={query} rows={4}>{(themes) => <List themes={themes} onAsk={setAsking} />}</Load>
      {asking !== null && <ThemeForm theme={asking === 'new' ? undefined : asking} onClose={() => setAsking(null)} />}
    </Page>
  );
}
