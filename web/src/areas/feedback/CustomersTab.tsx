import { ArrowDown, ArrowUp } from 'lucide-react';
import { type RefObject, useMemo } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Customer } from '../../api/types';
import { Button, EmptyState, formatNumber, may, ObjectLink, useCursor, useKeys, useProduct, useSetUrl, useUrl } from '../../kit';
import { matching, type Order, sorted } from './customers';

const columns: { id: Order; name: string }[] = [
  { id: 'name', name: 'Customer' }, { id: 'segment', name: 'Segment' }, { id: 'value', name: 'Value' }, { id: 'feedback', name: 'Said' }, { id: 'told', name: 'Told' },
];

interface Props { customers: Customer[]; text: string; onClear: () => void; onAdd: () => void; field: RefObject<HTMLInputElement | null> }

export function CustomersTab({ customers, text, onClear, onAdd, field }: Props) {
  const product = useProduct();
  const setUrl = useSetUrl();
  const { order: asked } = useUrl();
  const order = columns.find(({ id }) => id === asked)?.id ?? 'name';
  const rows = useMemo(() => sorted(matching(customers, text), order), [customers, text, order]);
  const { rowProps } = useCursor(rows, 'Customers');
  useKeys([{ keys: '/', does: 'Search', group: 'Customers: do', run: () => field.current?.focus() }]);

  if (customers.length === 0) {
    return (
      <EmptyState action={<Button keys="c" allowed={may(product.can, 'feedback')} onPress={onAdd}>Add a customer</Button>}>
        Customers come in with their feedback. Their segment and value show how much weight a voice has.
      </EmptyState>
    );
  }
  if (rows.length === 0) return <EmptyState action={<Button onPress={onClear}>Clear the search</Button>}>No customer matches “{text}”.</EmptyState>;
  return (
    <div className="feedback-scroll">
      <table className="customers">
        <thead>
          <tr>
            {columns.map(({ id, name }) => (
              <th key={id} scope="col" className={id === 'name' || id === 'segment' ? `customers-${id}` : `customers-${id} number`} aria-sort={order === id ? (id === 'name' || id === 'segment' ? 'ascending' : 'descending') : undefined}>
                <AriaButton className="customers-sort" onPress={() => setUrl({ order: id === 'name' ? undefined : id })}>
                  {name}{order === id && (id === 'name' || id === 'segment' ? <ArrowUp size={12} aria-hidden /> : <ArrowDown size={12} aria-hidden />)}
                </AriaButton>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} {...rowProps(row.id)} className="cursor-row">
              <td className="customers-name cursor-link"><ObjectLink object={{ ...row, title: row.name, kind: 'customer' }} bare /></td>
              <td className="customers-segment">{row.segment ?? <span className="muted">–</span>}</td>
              <td className="customers-value number">{row.value === null ? <span className="muted">–</span> : formatNumber(row.value)}</td>
              <td className="customers-feedback number">{row.feedback}</td>
              <td className="customers-told number">{row.told === 0 ? <span className="muted">{row.feedback === 0 ? '–' : 'none'}</span> : row.told}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
