import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { Person } from '../../api/types';
import { Button, formatCount } from '../../kit';
import type { BacklogActions } from './actions';
import { BacklogRow, rowId, type RowActions } from './BacklogRow';
import { afterGap, useBacklog, useBacklogStore } from './store';

export interface ListHandle { show: (index: number) => void; page: () => number; focus: () => void }

const narrow = '(max-width: 719px)';
const narrowHeight = 56;

/** Fixed rows: the token's height, two lines on a phone. */
function useRowHeight(): number {
  const read = () => (matchMedia(narrow).matches ? narrowHeight : Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row-h'), 10) || 36);
  const [height, setHeight] = useState(read);
  useEffect(() => {
    const media = matchMedia(narrow);
    const changed = () => setHeight(read());
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, []);
  return height;
}

interface Props extends RowActions { actions: BacklogActions; people: Map<string, Person>; ref: Ref<ListHandle> }

export const BacklogList = memo(({ actions, people, ref, click, moveMenu, dragging }: Props) => {
  const store = useBacklogStore();
  const visible = useBacklog((backlog) => backlog.visible);
  const order = useBacklog((backlog) => backlog.order);
  const movedAbove = useBacklog((backlog) => backlog.movedAbove);
  // In the whole list the index says the rank; seen through a filter it has to be looked up.
  const places = useMemo(() => (order === visible ? null : new Map(order.map((id, index) => [id, index + 1]))), [order, visible]);
  const height = useRowHeight();
  const scroller = useRef<HTMLDivElement>(null);
  const dropLine = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: visible.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12 });

  useEffect(() => virtual.measure(), [height, virtual]);
  useImperativeHandle(ref, () => ({
    show: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1),
    focus: () => scroller.current?.focus({ preventScroll: true }),
  }), [virtual, height]);

  // The cursor is told to screen readers without drawing the list again.
  useEffect(() => {
    const tell = () => {
      const { cursor } = store.getState();
      if (cursor === null) scroller.current?.removeAttribute('aria-activedescendant');
      else scroller.current?.setAttribute('aria-activedescendant', rowId(cursor));
    };
    tell();
    return store.subscribe((now, was) => { if (now.cursor !== was.cursor) tell() });
  }, [store]);

  // What others moved must not move what is being read: the first row on screen keeps its place.
  useEffect(() => store.subscribe((now, was) => {
    const box = scroller.current;
    if (!box || now.visible === was.visible || now.othersMoved === was.othersMoved || box.scrollTop < height) return;
    const first = was.visible[Math.floor(box.scrollTop / height)];
    const at = first === undefined ? -1 : now.visible.indexOf(first);
    const by = at < 0 ? 0 : at - was.visible.indexOf(first!);
    if (by === 0) return;
    box.scrollTop += by * height;
    store.setState({ movedAbove: now.movedAbove + Math.abs(by) });
  }), [store, height]);

  useEffect(() => {
    const box = scroller.current;
    const line = dropLine.current;
    if (!box || !line) return undefined;
    const gapAt = (clientY: number) => {
      const y = clientY - box.getBoundingClientRect().top + box.scrollTop;
      return Math.min(Math.max(Math.round(y / height), 0), store.getState().visible.length);
    };
    const hide = () => { line.hidden = true };
    return combine(
      autoScrollForElements({ element: box }),
      dropTargetForElements({
        element: box,
        canDrop: ({ source }) => typeof source.data.backlogRow === 'string',
        onDrag: ({ location }) => {
          line.hidden = false;
          line.style.transform = `translateY(${gapAt(location.current.input.clientY) * height - 1}px)`;
        },
        onDragLeave: hide,
        onDrop: ({ source, location }) => {
          hide();
          const { rows, visible: ids, selected } = store.getState();
          const dragged = source.data.backlogRow as string;
          const moved = new Set(selected.has(dragged) ? ids.filter((id) => selected.has(id)) : [dragged]);
          actions.moveAfter([...moved].flatMap((id) => rows.get(id) ?? []), afterGap(store, gapAt(location.current.input.clientY), moved));
        },
      }),
    );
  }, [store, actions, height]);

  return (
    <>
      {movedAbove > 0 && (
        <div className="backlog-above">
          <Button onPress={() => { store.setState({ movedAbove: 0 }); scroller.current?.scrollTo({ top: 0 }) }}>{formatCount(movedAbove, 'change')} above ↑</Button>
        </div>
      )}
      <div ref={scroller} className="backlog-scroll" role="grid" tabIndex={0} aria-label="Backlog, in order" aria-rowcount={visible.length} aria-multiselectable>
        <div role="rowgroup" className="backlog-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => (
            <BacklogRow
              key={visible[item.index]} id={visible[item.index]!} index={item.index} top={item.start} height={height} people={people} rank={places?.get(visible[item.index]!) ?? item.index + 1}
              click={click} moveMenu={moveMenu} dragging={dragging}
            />
          ))}
          <div ref={dropLine} className="backlog-drop" role="presentation" hidden />
        </div>
      </div>
    </>
  );
});
BacklogList.displayName = 'BacklogList';
