import { useMemo } from 'react';
import { itemKinds, useGet, useProduct } from '../../kit';

/** When what is planned will be done, by its id; undefined while that is being read, or where it cannot be. */
export function useAhead() {
  const product = useProduct();
  const outlook = useGet('/products/{product}/forecast', { path: { product: product.key } }, { live: [...itemKinds, 'initiative'] });
  const ahead = useMemo(() => outlook.data && new Map(outlook.data.things.map((thing) => [thing.id, thing])), [outlook.data]);
  return { ahead, unread: outlook.isError };
}
