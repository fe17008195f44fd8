import { useMemo } from 'react';
import type { Thing } from '../../api/types';
import { itemKinds, useGet, useProduct } from '../../kit';
import { type Axis, axisOf } from '../../kit/likely';

/** When something will be done; null where nothing tells, undefined while it is being read. */
export type Forecast = Thing | null | undefined | 'unread';

/** When what is on the roadmap or promised will be done, by its id, and the axis on which all of it is drawn. */
export function useAhead(ids: string[]): { forecastOf: (id: string) => Forecast; axis: Axis | undefined } {
  const product = useProduct();
  const outlook = useGet('/products/{product}/forecast', { path: { product: product.key } }, { live: [...itemKinds, 'initiative', 'promise'] });
  const ahead = useMemo(() => outlook.data && new Map(outlook.data.things.map((thing) => [thing.id, thing])), [outlook.data]);
  return {
    forecastOf: (id) => (ahead ? (ahead.get(id) ?? null) : outlook.isError ? 'unread' : undefined),
    axis: outlook.data && axisOf(outlook.data.basis.day, ids.flatMap((id) => ahead?.get(id) ?? [])),
  };
}
