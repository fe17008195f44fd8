import { useMemo } from 'react';
import type { Thing } from '../../api/types';
import { itemKinds, useGet, useProduct } from '../../kit';

/** When something will be done; null where nothing tells, undefined while it is being read. */
export type Forecast = Thing | null | undefined | 'unread';

/** When what is on the roadmap or promised will be done, by its id. */
export function useAhead(): (id: string) => Forecast {
  const product = useProduct();
  const outlook = useGet('/products/{product}/forecast', { path: { product: product.key } }, { live: [...itemKinds, 'initiative', 'promise'] });
  const ahead = useMemo(() => outlook.data && new Map(outlook.data.things.map((thing) => [thing.id, thing])), [outlook.data]);
  return (id) => (ahead ? (ahead.get(id) ?? null) : outlook.isError ? 'unread' : undefined);
}
