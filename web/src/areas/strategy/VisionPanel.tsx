import { Fact, Facts, formatCount, Load, PageLink, useGet, useProduct } from '../../kit';
import { boardParts, statement } from './board';

/** What only a vision has: the five texts of its board. */
export default function VisionPanel() {
  const product = useProduct();
  const query = useGet('/products/{product}/vision', { path: { product: product.key } }, { live: ['vision'] });
  return (
    <Load query={query} rows={4}>
      {({ vision, versions }) => vision && (
        <div className="stack">
          <Facts>
            {[statement, ...boardParts].map(({ id, name }) => <Fact key={id} label={name} wide>{vision[id] === '' ? <span className="muted">Not said yet</span> : vision[id]}</Fact>)}
          </Facts>
          <p className="muted">Version {vision.number} of {formatCount(versions.length, 'version')} · <PageLink to="vision">Edit it and compare versions</PageLink></p>
        </div>
      )}
    </Load>
  );
}
