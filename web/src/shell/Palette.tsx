import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { Autocomplete, Collection, Dialog, Header, Input, Menu, MenuItem, MenuSection, Modal, ModalOverlay, TextField } from 'react-aria-components';
import { api } from '../api/client';
import { KeyHint, KindGlyph, keyOf, StatusGlyph, useMe, usePeek, useProduct } from '../kit';
import { closeOnEscape } from '../kit/escape';
import { matching } from '../kit/Choose';
import { activeKeys } from '../kit/keys';
import { entries } from './areas';
import { setTheme } from '../kit/theme';
import './palette.css';

interface Command { id: string; label: string; detail?: string; snippet?: string; icon?: ReactNode; keys?: string; run: () => void }

/** Go, find and do, from one field; or choose what is to be made, wherever its page is. */
export function Palette({ making, onClose }: { making?: boolean; onClose: () => void }) {
  const product = useProduct();
  const me = useMe();
  const navigate = useNavigate();
  const { open } = usePeek();
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const request = { path: { product: product.key }, query: { q: asked, limit: 40 } };
  const found = useQuery({
    queryKey: keyOf('/products/{product}/search', request),
    queryFn: ({ signal }) => api.get('/products/{product}/search', { ...request, signal }),
    enabled: asked.length > 1 && !making,
    placeholderData: keepPreviousData,
  });

  const go: Command[] = useMemo(() => [
    ...entries.map(({ path, label, icon: Icon, keys }) => ({
      id: `go:${path}`, label, keys, icon: <Icon size={16} strokeWidth={1.5} aria-hidden />, run: () => void navigate({ to: `/p/${product.key}/${path}` }),
    })),
    ...me.products.filter(({ key }) => key !== product.key).map(({ key, name }) => ({ id: `product:${key}`, label: `Product ${name}`, run: () => void navigate({ to: `/p/${key}` }) })),
  ], [navigate, product.key, me.products]);
  // The keys that are bound while the palette opens are what can be done on this page.
  const [act] = useState<Command[]>(() => [
    ...activeKeys().filter((key) => !key.quiet).map((key) => ({ id: `do:${key.keys}`, label: key.does, keys: key.keys, run: () => key.run(new KeyboardEvent('keydown')) })),
    ...(['light', 'dark', 'system'] as const).map((theme) => ({ id: `theme:${theme}`, label: theme === 'system' ? 'Theme as the system' : `Theme ${theme}`, run: () => setTheme(theme) })),
  ]);
  const make: Command[] = useMemo(() => entries.flatMap(({ path, makes, icon: Icon }) => (makes === undefined ? [] : [{
    id: `make:${path}`, label: `New ${makes}`, icon: <Icon size={16} strokeWidth={1.5} aria-hidden />, run: () => void navigate({ to: `/p/${product.key}/${path}`, search: { new: 'yes' } }),
  }])), [navigate, product.key]);
  const hits: Command[] = asked.length > 1 && !making ? (found.data?.rows ?? []).map((hit) => ({
    id: `open:${hit.reference}`, label: hit.title, detail: hit.reference, snippet: hit.snippet,
    icon: hit.category ? <StatusGlyph category={hit.category} bare /> : <KindGlyph kind={hit.kind} bare />,
    run: () => open(hit.reference),
  })) : [];
  const sections = [
    { id: 'found', title: 'Found', commands: hits },
    { id: 'go', title: 'Go to', commands: making ? [] : matching(go, text) },
    { id: 'do', title: 'Do', commands: making ? [] : matching(act, text) },
    { id: 'make', title: 'Make', commands: matching(make, text) },
  ].filter(({ commands }) => commands.length > 0);
  const run = (id: string) => {
    onClose();
    const command = sections.flatMap(({ commands }) => commands).find((candidate) => candidate.id === id);
    // After the palette has gone and the focus is back where it was.
    setTimeout(() => command?.run());
  };

  const name = making ? 'Make something new' : 'Find or do anything';
  const onKeyDown = (event: KeyboardEvent) => {
    closeOnEscape(onClose)(event);
    // Results that came after the last key are not focused yet: Enter takes the first.
    const first = sections[0]?.commands[0];
    if (event.key !== 'Enter' || !first || (event.target as Element).hasAttribute('aria-activedescendant')) return;
    event.preventDefault();
    event.stopPropagation();
    run(first.id);
  };

  return (
    <ModalOverlay className="scrim" isOpen isDismissable onOpenChange={(next) => { if (!next) onClose() }}>
      <Modal className="dialog large">
        <Dialog aria-label={name} className="palette">
          <div onKeyDownCapture={onKeyDown}>
            <Autocomplete inputValue={text} onInputChange={setText}>
              <TextField aria-label={name} autoFocus><Input className="palette-input" placeholder={making ? 'What is new?' : 'Find a story, go to a page, do a thing…'} /></TextField>
              <Menu className="menu" aria-label="Results" onAction={(key) => run(String(key))} items={sections} renderEmptyState={() => <div className="choose-none">Nothing matches</div>}>
                {(section) => (
                  <MenuSection id={section.id}>
                    <Header className="menu-section">{section.title}</Header>
                    <Collection items={section.commands}>
                      {(command) => (
                        <MenuItem id={command.id} textValue={command.label} className="menu-item">
                          {command.icon}
                          {command.detail !== undefined && <span className="object-link-reference">{command.detail}</span>}
                          <span className="cut">{command.label}</span>
                          {command.snippet !== undefined && command.snippet !== '' && <span className="palette-snippet muted cut">{command.snippet}</span>}
                          {command.keys !== undefined && <KeyHint keys={command.keys} />}
                        </MenuItem>
                      )}
                    </Collection>
                  </MenuSection>
                )}
              </Menu>
            </Autocomplete>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
