import { Search, X } from 'lucide-react';
import { type RefObject } from 'react';
import { Button as AriaButton, Input, SearchField } from 'react-aria-components';
import type { Person, WorkflowState } from '../../api/types';
import { formatNumber, itemKinds, KindGlyph, kinds, type MenuEntry, Menu, PersonBadge, StatusGlyph, ToggleChip, useSetUrl, useUrl, useUrlText, IconButton } from '../../kit';
import { nobody, useBacklog } from './store';

interface Props { states: WorkflowState[]; people: Person[]; field: RefObject<HTMLInputElement | null> }

function FilterMenu({ label, value, entries, onClear }: { label: string; value?: string; entries: MenuEntry[]; onClear: () => void }) {
  return (
    <Menu label={label} entries={[...entries, ...(value === undefined ? [] : [{ id: '', label: `Any ${label.toLowerCase()}`, onChoose: onClear }])]}>
      <AriaButton className="chip toggle" data-selected={value === undefined ? undefined : true}>{value === undefined ? label : `${label}: ${value}`}</AriaButton>
    </Menu>
  );
}

/** All of it is in the address, so that a filtered backlog can be sent to someone. */
export function FilterBar({ states, people, field }: Props) {
  const url = useUrl();
  const set = useSetUrl();
  const [text, setText] = useUrlText('q');
  const noWhy = useBacklog((backlog) => backlog.noWhy);
  const filtered = ['q', 'state', 'assignee', 'kind', 'why'].some((name) => url[name] !== undefined);
  const who = url.assignee === nobody ? 'Nobody' : people.find((person) => person.id === url.assignee)?.name;
  return (
    <>
      <SearchField aria-label="Filter by title or key" className="backlog-search" value={text} onChange={setText}>
        <Search size={14} aria-hidden />
        <Input ref={field} className="backlog-search-input" placeholder="Filter  /" />
      </SearchField>
      <FilterMenu
        label="State" value={url.state} onClear={() => set({ state: undefined })}
        entries={states.map(({ name, category }) => ({ id: name, label: name, glyph: <StatusGlyph category={category} bare />, onChoose: () => set({ state: name }) }))}
      />
      <FilterMenu
        label="Assignee" value={who} onClear={() => set({ assignee: undefined })}
        entries={[{ id: nobody, label: 'Nobody', onChoose: () => set({ assignee: nobody }) }, ...people.map((person) => ({ id: person.id, label: person.name, glyph: <PersonBadge person={person} />, onChoose: () => set({ assignee: person.id }) }))]}
      />
      <FilterMenu
        label="Kind" value={itemKinds.find((kind) => kind === url.kind) && kinds[itemKinds.find((kind) => kind === url.kind)!].name} onClear={() => set({ kind: undefined })}
        entries={itemKinds.map((kind) => ({ id: kind, label: kinds[kind].name, glyph: <KindGlyph kind={kind} bare />, onChoose: () => set({ kind }) }))}
      />
      <ToggleChip on={url.why === 'no'} onChange={(on) => set({ why: on ? 'no' : undefined })}>No why · {formatNumber(noWhy)}</ToggleChip>
      <ToggleChip on={url.show === 'all'} onChange={(on) => set({ show: on ? 'all' : undefined })}>Closed too</ToggleChip>
      {filtered && <IconButton icon={X} label="Clear the filter" onPress={() => set({ q: undefined, state: undefined, assignee: undefined, kind: undefined, why: undefined })} />}
    </>
  );
}
