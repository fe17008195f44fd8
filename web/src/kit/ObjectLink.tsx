import { Link } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import type { Stub } from '../api/types';
import { KindGlyph, StatusGlyph } from './glyphs';
import { usePeek } from './peek';
import { useProduct } from './session';
import './object-link.css';

type Shown = Pick<Stub, 'reference' | 'kind' | 'title'> & Partial<Stub>;

/** A link to any object: a click opens the peek, with Ctrl or the middle button the object's own page. */
export function ObjectLink({ object, bare, draggable }: { object: Shown; bare?: boolean; /** false where it stands in a card that is dragged itself. */ draggable?: boolean }) {
  const product = useProduct();
  const { open } = usePeek();
  const peek = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(object.reference);
  };
  return (
    <Link to={`/p/${product.key}/o/${object.reference}`} className={object.archived ? 'object-link archived' : 'object-link'} draggable={draggable} onClick={peek}>
      {object.category ? <StatusGlyph category={object.category} label={object.state} /> : <KindGlyph kind={object.kind} />}
      {!bare && <span className="object-link-reference">{object.reference}</span>}
      <span className="object-link-title">{object.title}</span>
    </Link>
  );
}

/** A link to a page of this product: `<PageLink to="backlog" query={{ state: 'Ready' }}>`. */
export function PageLink({ to, query, children }: { to: string; query?: Record<string, string>; children: React.ReactNode }) {
  const product = useProduct();
  return <Link to={`/p/${product.key}/${to}`} search={(query ?? {})}>{children}</Link>;
}
