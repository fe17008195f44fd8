import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Choose, type Choice, IconButton, KindGlyph, useAll, useGet, useProduct, useSetUrl, useUrl } from '../../kit';

/** What the picture can be narrowed to, each a value of the address. */
export const filters = ['objective', 'theme', 'segment', 'release'] as const;
export type Filter = (typeof filters)[number];
const names: Record<Filter, string> = { objective: 'Objective', theme: 'Theme', segment: 'Segment', release: 'Release' };

/** The choices are read when they are first needed: to choose, or to say by name what was chosen. */
function useChoices(filter: Filter, wanted: boolean): Choice[] {
  const product = useProduct();
  const request = { path: { product: product.key } };
  const when = (one: Filter) => ({ enabled: wanted && filter === one });
  const objectives = useGet('/products/{product}/objectives', request, { live: ['objective'], ...when('objective') });
  const themes = useGet('/products/{product}/themes', request, { live: ['theme'], ...when('theme') });
  const releases = useGet('/products/{product}/releases', request, { live: ['release'], ...when('release') });
  const customers = useAll('/products/{product}/customers', request, { live: ['customer'], ...when('segment') });
  if (filter === 'segment') return [...new Set((customers.data ?? []).flatMap(({ segment }) => segment ?? []))].toSorted().map((segment) => ({ id: segment, label: segment }));
  const rows = { objective: objectives.data?.rows, theme: themes.data?.rows, release: releases.data?.rows }[filter] ?? [];
  return rows.map((row) => ({ id: row.reference, label: 'title' in row ? row.title : row.name, detail: row.reference, icon: <KindGlyph kind={filter} bare /> }));
}

function FilterChip({ filter }: { filter: Filter }) {
  const value = useUrl()[filter];
  const setUrl = useSetUrl();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const choices = useChoices(filter, open || value !== undefined);
  const shown = value === undefined ? undefined : (choices.find(({ id }) => id === value)?.label ?? value);
  const name = names[filter];
  return (
    <>
      <AriaButton ref={button} className="chip toggle line-filter" data-selected={value === undefined ? undefined : true} aria-haspopup="dialog" onPress={() => setOpen(true)}>
        <span className="cut">{shown === undefined ? name : `${name}: ${shown}`}</span>
      </AriaButton>
      {open && (
        <Choose
          title={name} anchor={button} selected={value ?? null} none={`There is no ${name.toLowerCase()} yet`} onClose={() => setOpen(false)}
          choices={value === undefined ? choices : [{ id: '', label: `Any ${name.toLowerCase()}` }, ...choices]}
          onChoose={(id) => setUrl({ [filter]: id, focus: undefined, follow: undefined })}
        />
      )}
    </>
  );
}

const none = Object.fromEntries(filters.map((filter) => [filter, undefined]));

/** Only what lies on threads through all that is chosen here. */
export function Filters() {
  const url = useUrl();
  const setUrl = useSetUrl();
  return (
    <>
      {filters.map((filter) => <FilterChip key={filter} filter={filter} />)}
      {filters.some((filter) => url[filter] !== undefined) && <IconButton icon={X} label="Clear the filter" onPress={() => setUrl(none)} />}
    </>
  );
}
