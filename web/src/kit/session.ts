import { createContext, useContext } from 'react';
import { create } from 'zustand';
import type { Me, MyProduct } from '../api/types';

/** Who is signed in; null until known, or when nobody is. */
export const useSession = create<{ me: Me | null }>(() => ({ me: null }));

export function useMe(): Me {
  const me = useSession((state) => state.me);
  if (!me) throw new Error('useMe outside the signed-in pages');
  return me;
}

export const ProductContext = createContext<MyProduct | null>(null);

/** The product of the page: its key for paths, and `can` for its product-wide decisions. */
export function useProduct(): MyProduct {
  const product = useContext(ProductContext);
  if (!product) throw new Error('useProduct outside a product page');
  return product;
}
