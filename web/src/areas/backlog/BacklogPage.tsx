import { useNavigate } from '@tanstack/react-router';
import { type MouseEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { Row } from '../../api/types';
import {
  announce, BlockedDialog, Button, ChoosePerson, copyLink, EmptyState, ErrorState, focusIsFree, formatCount, type Key, LoadingRows, may, onReset, Page, toast, useKeys, useLive, usePeek, usePeekWalk,
  usePeople, useProduct, useSetUrl, useUrl, useWorkflow, type Verdict,
} from '../../kit';
import { BacklogActions } from './actions';
import { BacklogList, type ListHandle } from './BacklogList';
import { rowId } from './BacklogRow';
import { ChooseExempt, ChoosePlace, ChoosePoints, ChooseState, ChooseWhy } from './choosers';
import { FilterBar } from './FilterBar';
import { mayMakeAny, NewItem } from './NewItem';
import { afterGap, BacklogContext, type BacklogStore, createBacklog, isFiltered, select, setFilter, targets, toggle, useBacklog } from './store';
import './backlog.css';

type Asking = 'state' | 'assign' | 'estimate' | 'place' | 'why' | 'exempt' | 'blocked' | 'new' | 'below';
const follow = 80;
function Count() {
  const count = useBacklog((backlog) => backlog.visible.length);
  const all = useBacklog((backlog) => backlog.order.length);
  const loading = useBacklog((backlog) => backlog.loading);
  if (loading === 'first') return null;
  return <>{count === all ? formatCount(all, 'item') : `${formatCount(count, 'item')} of ${all.toLocaleString('en')}`}{loading === 'rest' && ', loading…'}</>;
}

function SelectionBar({ store }: { store: BacklogStore }) {
  const count = useBacklog((backlog) => backlog.selected.size);
  if (count === 0) return null;
  return (
    <div className="backlog-selection" role="status">
      <strong>{count} selected</strong>
      <span className="muted">S state · A assign · E estimate · B blocked · M move · L link a why · Esc clear</span>
      <Button look="quiet" onPress={() => select(store, [])}>Clear</Button>
    </div>
  );
}

/** The filter is the address; the store follows it. */
function useFilterFromUrl(store: BacklogStore): void {
  const { q = '', state = '', assignee = '', kind = '', why } = useUrl();
  useEffect(() => setFilter(store, { text: q, state, assignee, kind, noWhy: why === 'no' }), [store, q, state, assignee, kind, why]);
}

/** Keeps cursor and peek together: the cursor leads, the peek follows when the hand rests. */
function useFollowingPeek(store: BacklogStore) {
  const { peek, open, close } = usePeek();
  const loading = useBacklog((backlog) => backlog.loading);
  const own = useRef<string | undefined>(undefined);
  const now = useRef({ peek, open });
  useEffect(() => { now.current = { peek, open } });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe(({ cursor, rows }, was) => {
      if (cursor === was.cursor || cursor === null || was.cursor === null || now.current.peek === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        own.current = rows.get(cursor)?.reference;
        if (own.current !== undefined && now.current.peek !== undefined) now.current.open(own.current);
      }, follow);
    });
    return () => { stop(); clearTimeout(timer) };
  }, [store]);
  // A peek that was opened from elsewhere (the address, a link) takes the cursor along.
  useEffect(() => {
    if (peek === undefined || peek === own.current) return;
    const { rows, visible } = store.getState();
    const id = visible.find((candidate) => rows.get(candidate)?.reference === peek);
    if (id !== undefined) store.setState({ cursor: id });
  }, [store, peek, loading]);
  return { peek, open, close };
}

function Backlog({ actions }: { actions: BacklogActions }) {
  const { store } = actions;
  const product = useProduct();
  const navigate = useNavigate();
  const setUrl = useSetUrl();
  const people = usePeople(product.key);
  const states = useWorkflow(product.key);
  const loading = useBacklog((backlog) => backlog.loading);
  const problem = useBacklog((backlog) => backlog.problem);
  const empty = useBacklog((backlog) => backlog.visible.length === 0);
  const filtered = useBacklog((backlog) => isFiltered(backlog.filter));
  const can = useBacklog((backlog) => backlog.can);
  const list = useRef<ListHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const anchor = useRef<Element | null>(null);
  const [asking, setAsking] = useState<{ what: Asking; rows: Row[]; allowed: Verdict } | null>(null);
  const { peek, open, close } = useFollowingPeek(store);
  useFilterFromUrl(store);

  useEffect(() => {
    void actions.load();
    const stop = onReset(() => void actions.load());
    return () => { stop(); actions.stop() };
  }, [actions]);
  useLive(() => true, (batch) => actions.heard(batch));
  useEffect(() => { if (loading !== 'first' && focusIsFree()) list.current?.focus() }, [loading]);

  const at = () => {
    const { cursor, visible } = store.getState();
    return cursor === null ? -1 : visible.indexOf(cursor);
  };
  const goTo = (index: number, extend = false) => {
    const { visible, rows, selected, cursor } = store.getState();
    const next = Math.min(Math.max(index, 0), visible.length - 1);
    const id = visible[next];
    if (id === undefined) return;
    actions.touched();
    store.setState({ cursor: id, ...(extend ? { selected: new Set([...selected, ...(cursor === null ? [] : [cursor]), id]) } : {}) });
    list.current?.show(next);
    if (extend) announce(`${rows.get(id)!.reference} selected, ${store.getState().selected.size} in all`);
  };
  const ask = (what: Asking, verdict: Verdict) => {
    const rows = targets(store);
    if (rows.length === 0 && what !== 'new' && what !== 'below') return;
    if (!verdict.ok) {
      toast(verdict.why ?? '');
      return;
    }
    const { cursor } = store.getState();
    const open = () => {
      anchor.current = cursor === null ? null : document.getElementById(rowId(cursor));
      setAsking({ what, rows, allowed: verdict });
    };
    if (cursor === null || document.getElementById(rowId(cursor))) {
      open();
      return;
    }
    // The row was scrolled away and is not drawn: it comes back first, so that the list opens beside it.
    list.current?.show(at());
    requestAnimationFrame(() => requestAnimationFrame(open));
  };
  const shift = (by: number) => {
    const { cursor, visible, can: now } = store.getState();
    const verdict = may(now, 'order');
    if (!verdict.ok) {
      toast(verdict.why ?? '');
      return;
    }
    if (cursor === null) return;
    const index = visible.indexOf(cursor);
    const gap = Math.min(Math.max(by < 0 ? index + by : index + by + 1, 0), visible.length);
    actions.move(cursor, afterGap(store, gap, new Set([cursor])));
    list.current?.show(store.getState().visible.indexOf(cursor));
  };
  const current = (): Row | undefined => {
    const { cursor, rows } = store.getState();
    return cursor === null ? undefined : rows.get(cursor);
  };

  usePeekWalk((reference, step) => {
    const { visible, rows } = store.getState();
    const index = visible.findIndex((id) => rows.get(id)?.reference === reference);
    const next = visible[index + step];
    if (index < 0 || next === undefined) return undefined;
    store.setState({ cursor: next });
    list.current?.show(index + step);
    return rows.get(next)?.reference;
  });

  const move = (keys: string, does: string, run: () => void): Key => ({ keys, does, group: 'Backlog: move', run, quiet: true });
  const verb = (keys: string, does: string, run: () => void): Key => ({ keys, does, group: 'Backlog: do', run });
  useKeys([
    move('j', 'Next', () => goTo(at() + 1)), move('ArrowDown', 'Next', () => goTo(at() + 1)),
    move('k', 'Previous', () => goTo(at() - 1)), move('ArrowUp', 'Previous', () => goTo(at() - 1)),
    move('Shift+ArrowDown', 'Select downwards', () => goTo(at() + 1, true)), move('Shift+ArrowUp', 'Select upwards', () => goTo(at() - 1, true)),
    move('PageDown', 'A page down', () => goTo(at() + (list.current?.page() ?? 10))), move('PageUp', 'A page up', () => goTo(at() - (list.current?.page() ?? 10))),
    move('Home', 'First', () => goTo(0)), move('End', 'Last', () => goTo(store.getState().visible.length - 1)),
    move('Space', 'Peek, or close it', () => {
      const row = current();
      if (peek !== undefined) close();
      else if (row) open(row.reference);
    }),
    move('Enter', 'Open the page', () => {
      const row = current();
      if (row) void navigate({ to: `/p/${product.key}/o/${row.reference}` });
    }),
    move('$mod+Enter', 'Open in a new tab', () => {
      const row = current();
      if (row) window.open(`/p/${product.key}/o/${row.reference}`, '_blank');
    }),
    move('Escape', 'Clear the selection', () => select(store, [])),
    move('x', 'Select', () => {
      const row = current();
      if (row) toggle(store, row.id);
    }),
    move('$mod+a', 'Select all', () => select(store, store.getState().visible)),
    verb('Alt+ArrowUp', 'Rank higher by 1', () => shift(-1)), verb('Alt+ArrowDown', 'Rank lower by 1', () => shift(1)),
    verb('Alt+Shift+ArrowUp', 'Rank higher by 10', () => shift(-10)), verb('Alt+Shift+ArrowDown', 'Rank lower by 10', () => shift(10)),
    verb('m', 'Move to…', () => ask('place', may(can, 'order'))),
    verb('s', 'State…', () => ask('state', may(can, 'progress'))),
    verb('a', 'Assign…', () => ask('assign', may(can, 'progress'))),
    verb('e', 'Estimate…', () => ask('estimate', may(can, 'estimate'))),
    verb('b', 'Blocked, or not any more', () => {
      const rows = targets(store);
      if (may(can, 'progress').ok && rows.length > 0 && rows.every((row) => row.blocked)) void actions.setBlocked(rows, null);
      else ask('blocked', may(can, 'progress'));
    }),
    verb('l', 'Link a why…', () => ask('why', may(can, 'link'))),
    verb('n', 'Needs no why…', () => ask('exempt', may(can, 'story'))),
    ...(loading === 'first' ? [] : [verb('c', 'New item', () => ask('new', mayMakeAny(can))), verb('i', 'New item below', () => ask('below', mayMakeAny(can)))]),
    verb('y', 'Copy the link', () => {
      const row = current();
      if (row) void copyLink(product.key, row.reference);
    }),
    verb('/', 'Filter', () => field.current?.focus()),
  ]);

  const click = useCallback((id: string, event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    const { visible, cursor, rows } = store.getState();
    if (event.shiftKey && cursor !== null) {
      const [from, to] = [visible.indexOf(cursor), visible.indexOf(id)].toSorted((a, b) => a - b);
      select(store, visible.slice(from, to! + 1));
    }
    store.setState({ cursor: id });
    list.current?.focus();
    const row = rows.get(id);
    if (row && !event.shiftKey) open(row.reference);
  }, [store, open]);
  const moveMenu = useCallback((id: string) => {
    const row = store.getState().rows.get(id);
    if (!row) return;
    store.setState({ cursor: id });
    anchor.current = document.getElementById(rowId(id));
    const { selected, can: now } = store.getState();
    setAsking({ what: 'place', rows: selected.has(id) ? targets(store) : [row], allowed: may(now, 'order') });
  }, [store, anchor]);
  const dragging = useCallback((on: boolean) => actions.setDragging(on), [actions]);

  const done = () => {
    setAsking(null);
    list.current?.focus();
  };
  const one = asking?.rows.length === 1 ? asking.rows[0] : undefined;
  const about = one?.reference ?? `${asking?.rows.length ?? 0} items`;
  const common = { anchor, allowed: asking?.allowed, onClose: done };
  return (
    <Page
      title="Backlog" layout="list" note={<Count />}
      filters={<FilterBar states={states} people={[...people.values()]} field={field} />}
      actions={<Button look="primary" keys="c" allowed={loading === 'first' ? undefined : mayMakeAny(can)} onPress={() => ask('new', mayMakeAny(can))}>New item</Button>}
    >
      {problem !== null && <ErrorState problem={problem} onRetry={() => void actions.load()} />}
      {loading === 'first' && problem === null && <LoadingRows rows={12} />}
      {loading === 'rest' && empty && <LoadingRows rows={12} />}
      {loading === 'none' && empty && filtered && <EmptyState action={<Button onPress={() => setUrl({ q: undefined, state: undefined, assignee: undefined, kind: undefined, why: undefined })}>Clear the filter</Button>}>No item matches this filter.</EmptyState>}
      {loading === 'none' && empty && !filtered && problem === null && <EmptyState action={<Button onPress={() => ask('new', mayMakeAny(can))} allowed={mayMakeAny(can)}>New item</Button>}>The backlog is the one ordered list of what is needed next. Nothing is in it yet: write the first story, or import what you have.</EmptyState>}
      {!empty && <BacklogList ref={list} actions={actions} people={people} click={click} moveMenu={moveMenu} dragging={dragging} />}
      <SelectionBar store={store} />
      {asking?.what === 'state' && <ChooseState {...common} title={`State of ${about}`} selected={one?.state} onChoose={(state) => void actions.setState(asking.rows, state)} />}
      {asking?.what === 'assign' && <ChoosePerson {...common} title={`Who does ${about}?`} selected={one?.assignee_id} onChoose={(person) => void actions.assign(asking.rows, person)} />}
      {asking?.what === 'estimate' && <ChoosePoints {...common} title={`Estimate of ${about}`} selected={one?.points} onChoose={(points) => void actions.estimate(asking.rows, points)} />}
      {asking?.what === 'place' && <ChoosePlace {...common} rows={asking.rows} actions={actions} />}
      {asking?.what === 'exempt' && <ChooseExempt {...common} rows={asking.rows} onChoose={(exempt) => void actions.setExempt(asking.rows, exempt)} />}
      {asking?.what === 'why' && <ChooseWhy {...common} rows={asking.rows} />}
      {asking?.what === 'blocked' && <BlockedDialog about={about} onClose={done} onBlocked={(reason) => void actions.setBlocked(asking.rows, reason)} />}
      {(asking?.what === 'new' || asking?.what === 'below') && <NewItem actions={actions} below={current() ?? null} place={asking.what === 'below' ? 'below' : 'top'} onCreated={() => list.current?.show(at())} onClose={done} />}
    </Page>
  );
}

export default function BacklogPage() {
  const product = useProduct();
  const all = useUrl().show === 'all';
  return <Opened key={`${product.key}:${String(all)}`} product={product.key} all={all} />;
}

function Opened({ product, all }: { product: string; all: boolean }) {
  const [actions] = useState(() => new BacklogActions(createBacklog(), product, !all));
  return <BacklogContext value={actions.store}><Backlog actions={actions} /></BacklogContext>;
}
