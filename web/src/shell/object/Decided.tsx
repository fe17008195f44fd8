import { MessageCircleQuestion } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Kind, ObjectView } from '../../api/types';
import { Button, formatAgo, formatDate, may, ObjectLink, PageLink, PartTitle, toast, useGet, useKeys, useProduct } from '../../kit';

const AskForm = lazy(() => import('../../areas/decisions/AskForm'));

/** So many of each are named here; the rest is on the page of decisions. */
const most = 10;
const apart: readonly Kind[] = ['proposal', 'question', 'decision'];

/** Whether an object is itself a matter of deciding: it is about others, and stands on no line. */
export const isDeciding = (kind: Kind): boolean => apart.includes(kind);

/** What waits to be decided about an object, what is asked of it, and what was decided. Nothing where there is nothing. */
export function Decided({ object }: { object: ObjectView }) {
  const product = useProduct();
  const request = { path: { product: product.key }, query: { about: object.id, limit: most } };
  const proposals = useGet('/products/{product}/proposals', request, { live: ['proposal'] }).data?.rows ?? [];
  const questions = useGet('/products/{product}/questions', request, { live: ['question'] }).data?.rows ?? [];
  const log = useGet('/products/{product}/decision-log', request, { live: ['decision'] }).data?.rows ?? [];
  if (proposals.length + questions.length + log.length === 0) return null;
  return (
    <section className="section" aria-label="Decisions">
      <PartTitle>Decisions</PartTitle>
      <dl className="link-groups">
        {proposals.length > 0 && (
          <div>
            <dt>Waits to be decided</dt>
            {proposals.map(({ id, reference, title, by, at, to }) => (
              <dd key={id}><PageLink to="decisions" query={{ proposal: reference }}>{title}</PageLink> <span className="muted">{by?.name ?? 'Somebody'} to {to}, {formatAgo(at)}</span></dd>
            ))}
          </div>
        )}
        {questions.length > 0 && (
          <div>
            <dt>Asked</dt>
            {questions.map(({ id, reference, title, to, role, at }) => (
              <dd key={id}><ObjectLink object={{ reference, title, kind: 'question' }} /> <span className="muted">of {to.join(' or ') || `the ${role.replaceAll('_', ' ')}`}, {formatAgo(at)}</span></dd>
            ))}
          </div>
        )}
        {log.length > 0 && (
          <div>
            <dt>Decided</dt>
            {log.map(({ id, reference, title, decided_by: by, decided_at: at }) => (
              <dd key={id}><ObjectLink object={{ reference, title, kind: 'decision' }} /> <span className="muted">{by?.name ?? 'Somebody'}, {formatDate(at)}</span></dd>
            ))}
          </div>
        )}
      </dl>
    </section>
  );
}

/** Asks a role about this object. */
export function Ask({ object }: { object: ObjectView }) {
  const product = useProduct();
  const [asking, setAsking] = useState(false);
  const allowed = may(product.can, 'question');
  const start = () => { if (allowed.ok) setAsking(true); else toast(allowed.why ?? '') };
  useKeys([{ keys: 'q', does: `Ask a question about ${object.reference}`, group: 'Object', run: start }]);
  return (
    <>
      <Button look="quiet" icon={MessageCircleQuestion} keys="q" allowed={allowed} onPress={start}>Ask a question</Button>
      {asking && <Suspense fallback={null}><AskForm about={object} onClose={() => setAsking(false)} /></Suspense>}
    </>
  );
}
