import uFuzzy from '@leeoniya/ufuzzy';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useMemo, useState } from 'react';
import { Autocomplete, Dialog, Input, Menu, MenuItem, Popover, TextField } from 'react-aria-components';
import { closeOnEscape } from './escape';
import { KeyHint } from './KeyHint';
import { proposing, type Verdict } from './may';
import './overlay.css';

export interface Choice { id: string; label: string; detail?: string; icon?: ReactNode; keys?: string }

interface Props {
  title: string;
  /** The element it opens beside. */
  anchor: RefObject<Element | null>;
  choices: Choice[];
  selected?: string | null;
  onChoose: (id: string) => void;
  onClose: () => void;
  /** Called as the reader types, when the choices come from the server. */
  onText?: (text: string) => void;
  /** What stands where there is nothing to choose. */
  none?: string;
  /** Of what choosing does: where it proposes, the title says to whom. */
  allowed?: Verdict;
}

const fuzzy = new uFuzzy();

/** Fuzzy order of the choices for a text; all of them for none. */
export function matching<T extends { label: string; detail?: string }>(choices: T[], text: string): T[] {
  const needle = text.trim();
  if (needle === '') return choices;
  const [found, , order] = fuzzy.search(choices.map((choice) => `${choice.label} ${choice.detail ?? ''}`), needle, 1);
  if (!found) return [];
  return (order ? order.map((place) => found[place]!) : found).map((index) => choices[index]!);
}

/** One list to choose from, with a filter: states, people, points, places, objects. Mount it to open it. */
export function Choose({ title, anchor, choices, selected, onChoose, onClose, onText, none = 'Nothing matches', allowed }: Props) {
  const [text, setText] = useState('');
  const told = proposing(allowed);
  const name = told === undefined ? title : `${title} ${told}`;
  const shown = useMemo(() => (onText ? choices : matching(choices, text)), [choices, text, onText]);
  useEffect(() => { onText?.(text) }, [text, onText]);
  const onKeyDown = (event: KeyboardEvent) => {
    closeOnEscape(onClose)(event);
    // Choices that came after the last key are not focused yet: Enter takes the first.
    const first = shown[0];
    if (event.key !== 'Enter' || !first || (event.target as Element).hasAttribute('aria-activedescendant')) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(first.id);
    onClose();
  };
  return (
    <Popover className="popover" triggerRef={anchor} isOpen onOpenChange={(open) => { if (!open) onClose() }} placement="bottom start">
      <Dialog aria-label={name}>
        <div onKeyDownCapture={onKeyDown}>
          <Autocomplete inputValue={text} onInputChange={setText}>
            <TextField aria-label={title} autoFocus className="choose-filter">
              <span className="choose-title" aria-hidden>{title}{told !== undefined && ` · ${told}`}</span>
              <Input className="input" />
            </TextField>
            <Menu
              className="menu" aria-label={title} items={shown} selectionMode={selected === undefined ? 'none' : 'single'}
              selectedKeys={selected === undefined || selected === null ? [] : [selected]}
              onAction={(key) => { onChoose(String(key)); onClose() }}
              renderEmptyState={() => <div className="choose-none">{none}</div>}
            >
              {(choice) => (
                <MenuItem id={choice.id} textValue={choice.label} className="menu-item">
                  {choice.icon}
                  <span className="cut">{choice.label}</span>
                  {choice.detail !== undefined && <span className="muted cut">{choice.detail}</span>}
                  {choice.keys !== undefined && <KeyHint keys={choice.keys} />}
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </div>
      </Dialog>
    </Popover>
  );
}
