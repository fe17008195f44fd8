import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useNarrow } from './narrow';
import './peek.css';

const storageName = 'peek-width';
const [least, most] = [400, 640];

/** How wide the reader made it; CSS decides until then. */
function useWidth() {
  const [width, setWidth] = useState(() => Number(localStorage.getItem(storageName)) || undefined);
  const set = (wanted: number) => {
    const next = Math.round(Math.min(most, Math.max(least, wanted)));
    localStorage.setItem(storageName, String(next));
    setWidth(next);
  };
  return [width, set] as const;
}

/** Where the focus goes when the panel that holds it closes: to the row that is current, else to what held it before, else to the page. */
function focusBehind(before: Element | null): void {
  const held = before?.isConnected && before !== document.body ? before : document.getElementById('main');
  const target = document.querySelector('.cursor-row[aria-current=true], [role=grid]') ?? held;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/** The frame of the panel at the right: a bar, and what scrolls under it. On a phone it lies over everything else. */
export function Peek({ label, bar, children }: { label: string; bar: ReactNode; children: ReactNode }) {
  const panel = useRef<HTMLElement>(null);
  const narrow = useNarrow();
  const [width, setWidth] = useWidth();
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => { before.current = document.activeElement }, []);
  // Once the panel is gone: React gives the focus back to what had it when the change began, and that may be nothing.
  useEffect(() => () => { if (document.activeElement === document.body) focusBehind(before.current) }, []);
  useLayoutEffect(() => {
    if (!narrow) return undefined;
    const behind = document.querySelectorAll('#main, .bottom-bar, .skip');
    for (const element of behind) element.setAttribute('inert', '');
    panel.current?.focus({ preventScroll: true });
    return () => { for (const element of behind) element.removeAttribute('inert') };
  }, [narrow]);

  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    setWidth(panel.current!.getBoundingClientRect().right - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? 20 : event.key === 'ArrowRight' ? -20 : 0;
    if (by === 0) return;
    event.stopPropagation();
    event.preventDefault();
    setWidth(panel.current!.getBoundingClientRect().width + by);
  };
  return (
    <aside ref={panel} className="peek" aria-label={label} tabIndex={-1} style={narrow ? undefined : { width }}>
      {!narrow && (
        <div
          className="peek-edge" role="separator" aria-orientation="vertical" aria-label="Width of the panel" aria-valuemin={least} aria-valuemax={most} aria-valuenow={width ?? least} tabIndex={0}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag} onKeyDown={onKeyDown}
        />
      )}
      <header className="peek-bar">{bar}</header>
      <div className="peek-body">{children}</div>
    </aside>
  );
}
