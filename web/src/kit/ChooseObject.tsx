import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type RefObject, useDeferredValue, useState } from 'react';
import { api } from '../api/client';
import type { Kind, SearchHit } from '../api/types';
import { Choose } from './Choose';
import { keyOf } from './data';
import { KindGlyph } from './glyphs';
import { useProduct } from './session';

interface Props {
  title: string;
  anchor: RefObject<Element | null>;
  /** Only objects of these kinds are found. */
  kinds: Kind[];
  onChoose: (hit: SearchHit) => void;
  onClose: () => void;
}

/** Finds an object of this product by its words or its reference. Mount it to open it. */
export function ChooseObject({ title, anchor, kinds, onChoose, onClose }: Props) {
  const product = useProduct();
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const request = { path: { product: product.key }, query: { q: asked, kinds: kinds.join(','), limit: 20 } };
  const found = useQuery({
    queryKey: keyOf('/products/{product}/search', request),
    queryFn: ({ signal }) => api.get<{ rows: SearchHit[] }>('/products/{product}/search', { ...request, signal }),
    enabled: kinds.length > 0,
    placeholderData: keepPreviousData,
  });
  const hits = found.data?.rows ?? [];
  return (
    <Choose
      title={title} anchor={anchor} onText={setText} onClose={onClose}
      onChoose={(id) => onChoose(hits.find((hit) => hit.id === id)!)}
      choices={hits.map((hit) => ({ id: hit.id, label: hit.title, detail: hit.reference, icon: <KindGlyph kind={hit.kind} /> }))}
    />
  );
}
