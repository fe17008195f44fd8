import { createContext, type ReactNode, use, useEffect, useRef } from 'react';
import './page.css';

interface Props {
  title: string;
  /** A count or a date beside the title. */
  note?: ReactNode;
  /** Chips and tabs in the bar. */
  filters?: ReactNode;
  /** Buttons at the end of the bar, primary last. */
  actions?: ReactNode;
  children: ReactNode;
  /** `read` keeps a column for reading, `list` goes edge to edge and scrolls by itself. */
  layout?: 'wide' | 'read' | 'list';
}

/** Whether nothing that somebody works in has the focus. */
export const focusIsFree = (): boolean => document.activeElement === document.body || document.activeElement?.id === 'main';

let arrived = false;

/** The one <main> of a page. Whoever comes from another page goes on in this one, not at the top of the document. */
export function Main({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    if (arrived && focusIsFree()) main.current?.focus({ preventScroll: true });
    arrived = true;
  }, []);
  return <main ref={main} className="page" id="main" tabIndex={-1}>{children}</main>;
}

/** The bar of a page, and what is under it. */
export function Page({ title, note, filters, actions, children, layout = 'wide' }: Props) {
  useEffect(() => { document.title = `${title} · Throughline` }, [title]);
  return (
    <Main>
      <header className="page-bar">
        <h1 className="page-title">{title}</h1>
        {note !== undefined && <span className="page-note number">{note}</span>}
        {filters !== undefined && <div className="page-filters">{filters}</div>}
        {actions !== undefined && <div className="page-actions no-print">{actions}</div>}
      </header>
      <div className={`page-body ${layout}`}>{children}</div>
    </Main>
  );
}

/** How deep the title lies that the parts are under: 1 on a page, 2 in a peek. */
export const TitleLevel = createContext<1 | 2>(1);

export function PartTitle({ children }: { children: ReactNode }) {
  const Heading = use(TitleLevel) === 1 ? 'h2' : 'h3';
  return <Heading className="section-title">{children}</Heading>;
}

/** A titled part of a page or a panel. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="section" aria-label={title}>
      <div className="row between"><PartTitle>{title}</PartTitle>{actions}</div>
      {children}
    </section>
  );
}
