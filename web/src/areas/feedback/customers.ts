import type { Customer } from '../../api/types';

export type Order = 'name' | 'segment' | 'value' | 'feedback' | 'told';

/** Text goes up, numbers go down; customers without a value of that sort come last. */
export function sorted(customers: Customer[], order: Order): Customer[] {
  const byName = (a: Customer, b: Customer) => a.name.localeCompare(b.name);
  return customers.toSorted((a, b) => {
    const [one, other] = [a[order], b[order]];
    if (one === other) return byName(a, b);
    if (one === null) return 1;
    if (other === null) return -1;
    return typeof one === 'string' && typeof other === 'string' ? one.localeCompare(other) : Number(other) - Number(one);
  });
}

/** Customers whose name or segment holds the text. */
export function matching(customers: Customer[], text: string): Customer[] {
  const needle = text.trim().toLowerCase();
  return needle === '' ? customers : customers.filter(({ name, segment }) => name.toLowerCase().includes(needle) || (segment?.toLowerCase().includes(needle) ?? false));
}
