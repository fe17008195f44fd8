const apple = /Mac|iPhone|iPad/.test(navigator.platform);

const names: Record<string, string> = {
  $mod: apple ? '⌘' : 'Ctrl',
  Alt: apple ? '⌥' : 'Alt',
  Shift: apple ? '⇧' : 'Shift',
  '[Shift]': '',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Space: 'Space',
  Backquote: '`',
};

function readable(press: string): string {
  return press
    .split('+')
    .map((part) => names[part] ?? (part.startsWith('Key') ? part.slice(3) : part.length === 1 ? part.toUpperCase() : part))
    .filter((part) => part !== '')
    .join(apple ? '' : ' ');
}

/** A binding as people read it: `$mod+k` is ⌘K or Ctrl K, `g b` is G B. */
export function keysAsText(keys: string): string {
  return keys.split(' ').map(readable).join(' ');
}

export function KeyHint({ keys }: { keys: string }) {
  return <kbd className="key-hint">{keysAsText(keys)}</kbd>;
}
