import { useRef } from 'react';
import { EmptyState, formatCount, itemKinds, Load, Page, PageLink, Section, useGet, useProduct, useUrlText } from '../../kit';
import { Ask } from './Ask';
import { Things } from './Things';
import { Track } from './Track';
import { useWhatIf, WhatIf } from './WhatIf';
import './forecast.css';

export default function ForecastPage() {
  const product = useProduct();
  const query = useGet('/products/{product}/forecast', { path: { product: product.key } }, { live: [...itemKinds, 'initiative', 'release', 'promise'] });
  const then = useWhatIf();
  const [, setOf] = useUrlText('of');
  const asking = useRef<HTMLDivElement>(null);
  const ask = (reference: string) => {
    setOf(reference);
    asking.current?.scrollIntoView({ block: 'start' });
    asking.current?.focus({ preventScroll: true });
  };
  return (
    <Page title="Forecast" note={query.data && formatCount(query.data.open, 'open item')}>
      <Load query={query} rows={8}>
        {(outlook) => (outlook.when === null ? (
          <EmptyState action={<PageLink to="backlog">Open the backlog</PageLink>}>
            A forecast says when open work will be done, from the pace at which work was finished. {outlook.basis.not_enough}
          </EmptyState>
        ) : (
          <>
            <Section title="When"><Things outlook={then.outlook ?? outlook} now={outlook} leaveOut={then.leaveOut} ask={ask} /></Section>
            <Section title="What if"><WhatIf now={outlook} then={then} /></Section>
            <div ref={asking} tabIndex={-1}><Section title="Ask"><Ask open={outlook.open} /></Section></div>
            <Section title="How often it was right"><Track /></Section>
          </>
        ))}
      </Load>
    </Page>
  );
}
