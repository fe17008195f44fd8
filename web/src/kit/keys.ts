import { useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { create } from 'zustand';

export interface Key {
  /** tinykeys syntax: 'j', '$mod+k', 'g b', 'Alt+ArrowUp'. */
  keys: string;
  /** What it does, for the shortcut sheet and the palette. */
  does: string;
  group: string;
  run: (event: KeyboardEvent) => void;
  /** Also fires while a field or a dialog has the focus. */
  everywhere?: boolean;
  /** Left out of the palette: movement and the like. */
  quiet?: boolean;
}

interface Registered { key: Key; layer: number; order: number }

const registered = new Set<Registered>();
let order = 0;

/** Counts registrations, so that the sheet and the palette see the current keys. */
export const useKeyChanges = create<{ count: number }>(() => ({ count: 0 }));

const storageName = 'single-keys';
/** Single-letter keys can be switched off (WCAG 2.1.4). */
export const useSingleKeys = create<{ on: boolean }>(() => ({ on: localStorage.getItem(storageName) !== 'off' }));
export function setSingleKeys(on: boolean): void {
  localStorage.setItem(storageName, on ? 'on' : 'off');
  useSingleKeys.setState({ on });
}

const choices = 'input[type=radio], input[type=checkbox]';
const fields = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true], [role=textbox], [role=searchbox], [role=combobox]';
const layers = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]';

function isBusy(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest(`${fields}, ${layers}`) !== null;
}

/** Space and Enter belong to the control that has the focus, arrows to a choice; in a grid they belong to the row. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (event.key.startsWith('Arrow') && event.target instanceof Element && event.target.closest('input[type=radio]')) return true;
  return (event.key === ' ' || event.key === 'Enter') && event.target instanceof Element && event.target.closest(`button, a, summary, [role=tab], ${choices}`) !== null && !event.target.closest('[role=grid]');
}

function isSingle(keys: string): boolean {
  return keys.split(' ').some((press) => /^(\[?Shift\]?\+)?([a-z0-9/?]|Backquote)$/i.test(press));
}

/** The winner for each binding: the highest layer, and in it the latest. */
function current(): Map<string, Key> {
  const winners = new Map<string, Registered>();
  for (const entry of registered) {
    const other = winners.get(entry.key.keys);
    if (!other || entry.layer > other.layer || (entry.layer === other.layer && entry.order > other.order)) winners.set(entry.key.keys, entry);
  }
  return new Map([...winners.values()].toSorted((a, b) => a.order - b.order).map(({ key }) => [key.keys, key]));
}

export function activeKeys(): Key[] {
  return [...current().values()];
}

let winners = new Map<string, Key>();
const unbind = new Map<string, () => void>();

function pressed(keys: string, event: KeyboardEvent): void {
  const key = winners.get(keys);
  if (!key || event.defaultPrevented) return;
  if (!key.everywhere && (isBusy(event) || belongsToControl(event))) return;
  if (isSingle(keys) && !useSingleKeys.getState().on) return;
  event.preventDefault();
  key.run(event);
}

/** Each binding is listened for as long as somebody wants it: G stays pressed while the page below it changes its own keys. */
function bind(): void {
  winners = current();
  for (const [keys, stop] of unbind) {
    if (winners.has(keys)) continue;
    stop();
    unbind.delete(keys);
  }
  // Sequences first: their last letter is not a key of its own.
  for (const keys of [...winners.keys()].toSorted((a, b) => b.split(' ').length - a.split(' ').length)) {
    if (!unbind.has(keys)) unbind.set(keys, tinykeys(window, { [keys]: (event) => pressed(keys, event) }, { ignore: () => false }));
  }
}

let waiting = false;
function changed(): void {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    bind();
    useKeyChanges.setState(({ count }) => ({ count: count + 1 }));
  });
}

/**
 * Binds keys while the component is mounted. Never fires in fields, menus or dialogs unless a key says `everywhere`.
 * Layer 0 is the shell, 1 a page, 2 what lies over it; the higher layer wins.
 */
export function useKeys(keys: Key[], layer: 0 | 1 | 2 = 1): void {
  const latest = useRef(keys);
  useEffect(() => { latest.current = keys });
  const names = keys.map((key) => `${key.keys}\u0000${key.does}`).join('\n');
  useEffect(() => {
    const entries = latest.current.map((key, index) => {
      order += 1;
      const live: Key = { ...key, run: (event) => latest.current[index]?.run(event) };
      return { key: live, layer, order };
    });
    for (const entry of entries) registered.add(entry);
    changed();
    return () => {
      for (const entry of entries) registered.delete(entry);
      changed();
    };
  }, [names, layer]);
}
