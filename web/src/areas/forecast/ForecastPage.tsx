import { EmptyState, formatCount, itemKinds, Load, Page, PageLink, Section, useGet, useProduct } from '../../kit';
import { Ask } from './Ask';
import { Things } from './Things';
import { Track } from './Track';
import { useWhatIf, WhatIf } from './WhatIf';
import './forecast.css';

export default function ForecastPage() {
  const product = useProduct();
  const query = useGet('/products/{product}/forecast', { path: { product: product.key } }, { live: [...itemKinds, 'initiative', 'release', 'promise'] });
  const then = useWhatIf();
  return (
    <Page title="Forecast" note={query.data && formatCount(query.data.open, 'open item')}>
      <Load query={query} rows={8}>
        {(outlook) => (outlook.when === null ? (
          <EmptyState action={<PageLink to="backlog">Open the backlog</PageLink>}>
            A forecast says when open work will be done, from the pace at which work was finished. {outlook.basis.not_enough}
          </EmptyState>
        ) : (
          <>
            <Section title="When"><Things outlook={then.outlook ?? outlook} now={outlook} leaveOut={then.leaveOut} /></Section>
            <Section title="What if"><WhatIf now={outlook} then={then} /></Section>
            <Section title="Ask"><Ask open={outlook.open} /></Section>
            <Section title="How often it was right"><Track /></Section>
          </>
        ))}
      </Load>
    </Page>
  );
}
