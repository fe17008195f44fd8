import type { Me, MyProduct } from '../api/types';
import type { Desk } from '../kit';
import { entries } from './areas';

const productName = 'product';

export function rememberProduct(key: string): void {
  localStorage.setItem(productName, key);
}

export function lastProduct(me: Me): MyProduct | undefined {
  const key = localStorage.getItem(productName);
  return me.products.find((product) => product.key === key) ?? me.products[0];
}

export function rememberDesk(product: string, desk: Desk): void {
  localStorage.setItem(`desk:${product}`, desk);
}

/** The desk a person works at: the one used last in this product, else the one of the role. */
export function deskOf({ key, roles }: MyProduct): Desk {
  const stored = localStorage.getItem(`desk:${key}`);
  if (stored === 'strategy' || stored === 'delivery') return stored;
  return roleDesk({ roles }) ?? 'delivery';
}

/** The one desk of a person's roles; none for a person who works at both. */
export function roleDesk({ roles }: Pick<MyProduct, 'roles'>): Desk | undefined {
  const strategy = roles.some((role) => role === 'product_manager' || role === 'stakeholder');
  const delivery = roles.some((role) => role === 'product_owner' || role === 'scrum_master' || role === 'developer');
  if (strategy === delivery) return undefined;
  return strategy ? 'strategy' : 'delivery';
}

/** Where a product opens: developers and scrum masters at the sprint, the others at the first page of their desk. */
export function homeOf(product: MyProduct): string {
  const desk = deskOf(product);
  const wanted = desk === 'strategy' ? 'objectives' : product.roles.includes('product_owner') ? 'backlog' : 'sprint';
  const known = entries.find((entry) => entry.path === wanted) ?? entries.find((entry) => entry.place === desk) ?? entries[0];
  return known?.path ?? '';
}
