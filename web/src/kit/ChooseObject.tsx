import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type RefObject, useDeferredValue, useState } from 'react';
import { api } from '../api/client';
import type { Kind, Stub } from '../api/types';
import { Choose } from './Choose';
import { keyOf, useGet } from './data';
import { KindGlyph } from './glyphs';
import type { Verdict } from './may';
import { useProduct } from './session';

type Found = Pick<Stub, 'id' | 'reference' | 'kind' | 'title'>;

interface Props {
  title: string;
  anchor: RefObject<Element | null>;
  /** Only objects of these kinds are found. */
  kinds: readonly Kind[];
  /** Is not offered itself. */
  without?: string;
  onChoose: (found: Found) => void;
  /** Nothing is a choice too. */
  nothing?: { label: string; onChoose: () => void };
  allowed?: Verdict;
  onClose: () => void;
}

/** What stands on the strategy side of the line: offered before anything is typed. */
function useOffered(product: string, kinds: readonly Kind[], wanted: boolean): Found[] {
  const list = (kind: Kind) => [{ path: { product } }, { enabled: wanted && kinds.includes(kind) }] as const;
  const objectives = useGet('/products/{product}/objectives', ...list('objective'));
  const opportunities = useGet('/products/{product}/opportunities', ...list('opportunity'));
  const initiatives = useGet('/products/{product}/initiatives', ...list('initiative'));
  const themes = useGet('/products/{product}/themes', ...list('theme'));
  const of = (kind: Kind, data: { rows: Omit<Found, 'kind'>[] } | undefined) => (kinds.includes(kind) ? (data?.rows ?? []).map((row) => ({ ...row, kind })) : []);
  return [...of('objective', objectives.data), ...of('opportunity', opportunities.data), ...of('initiative', initiatives.data), ...of('theme', themes.data)];
}

/** Finds an object of this product by its words or its reference. Mount it to open it. */
export function ChooseObject({ title, anchor, kinds, without, onChoose, nothing, allowed, onClose }: Props) {
  const product = useProduct();
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const request = { path: { product: product.key }, query: { q: asked, kinds: kinds.join(','), limit: 20 } };
  const searched = useQuery({
    queryKey: keyOf('/products/{product}/search', request),
    queryFn: ({ signal }) => api.get('/products/{product}/search', { ...request, signal }),
    enabled: kinds.length > 0 && asked !== '',
    placeholderData: keepPreviousData,
  });
  const offered = useOffered(product.key, kinds, asked === '');
  const found = (asked === '' ? offered : (searched.data?.rows ?? [])).filter(({ id }) => id !== without);
  return (
    <Choose
      title={title} anchor={anchor} allowed={allowed} onText={setText} onClose={onClose} none={asked === '' ? 'Type words of its title, or its reference' : searched.isFetching ? 'Looking…' : undefined}
      onChoose={(id) => {
        const one = found.find((candidate) => candidate.id === id);
        if (one) onChoose(one);
        else nothing?.onChoose();
      }}
      choices={[
        ...found.map(({ id, title: label, reference, kind }) => ({ id, label, detail: reference, icon: <KindGlyph kind={kind} /> })),
        ...(nothing && asked === '' ? [{ id: 'nothing', label: nothing.label }] : []),
      ]}
    />
  );
}
