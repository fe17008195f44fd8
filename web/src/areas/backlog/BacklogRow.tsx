import { draggable } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { Link } from '@tanstack/react-router';
import { GripVertical } from 'lucide-react';
import { memo, type MouseEvent, useEffect, useRef } from 'react';
import type { Person } from '../../api/types';
import { Chip, exemptNames, formatNumber, hasNoWhy, hintOf, KindGlyph, may, permitted, PersonBadge, StatusGlyph, useProduct } from '../../kit';
import { useBacklog, useBacklogStore } from './store';

export interface RowActions {
  click: (id: string, event: MouseEvent) => void;
  /** The drag handle is a button: it opens the move menu. */
  moveMenu: (id: string) => void;
  dragging: (on: boolean) => void;
}

interface Props extends RowActions { id: string; index: number; top: number; height: number; people: Map<string, Person>; rank: number }

export const rowId = (id: string) => `row-${id}`;

export const BacklogRow = memo(({ id, index, top, height, people, rank, click, moveMenu, dragging }: Props) => {
  const store = useBacklogStore();
  const product = useProduct();
  const row = useBacklog((backlog) => backlog.rows.get(id));
  const here = useBacklog((backlog) => backlog.cursor === id);
  const selected = useBacklog((backlog) => backlog.selected.has(id));
  const order = may(useBacklog((backlog) => backlog.can), 'order');
  const element = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!element.current) return undefined;
    return draggable({
      element: element.current,
      canDrag: () => permitted(may(store.getState().can, 'order')),
      getInitialData: () => ({ backlogRow: id }),
      onDragStart: () => dragging(true),
      onDrop: () => dragging(false),
    });
  }, [id, store, dragging]);

  if (!row) return null;
  const classes = ['backlog-row', here && 'here', selected && 'selected', row.category === 'cancelled' && 'cancelled'];
  return (
    <div
      ref={element} role="row" id={rowId(id)} aria-rowindex={index + 1} aria-selected={selected} className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <span role="gridcell" className="backlog-rank number">{formatNumber(rank)}</span>
      <span role="gridcell" className="backlog-status"><StatusGlyph category={row.category} label={row.state} blocked={row.blocked} /></span>
      <span role="gridcell" className="backlog-reference">{row.reference}</span>
      <span role="gridcell" className="backlog-kind">{row.kind !== 'story' && <KindGlyph kind={row.kind} />}</span>
      <span role="gridcell" className="backlog-title">
        <Link to={`/p/${product.key}/o/${row.reference}`} preload={false} tabIndex={-1} draggable={false} className="backlog-link" onClick={(event) => click(id, event)}>{row.title}</Link>
      </span>
      <span role="gridcell" className="backlog-chips">
        {row.blocked && <Chip tone="blocked">▮ Blocked</Chip>}
        {row.accepted && <Chip tone="done">Accepted</Chip>}
        {hasNoWhy(row) && <Chip tone="risk">▲ No why</Chip>}
        {row.exempt !== null && row.exempt !== 'defect' && !row.blocked && <Chip>{exemptNames[row.exempt]}</Chip>}
        {row.epic !== null && row.why && !row.blocked && <Chip>{row.epic}</Chip>}
      </span>
      <span role="gridcell" className="backlog-points number">{row.points === null ? '–' : formatNumber(row.points)}</span>
      <span role="gridcell" className="backlog-who"><PersonBadge person={row.assignee_id === null ? null : people.get(row.assignee_id)} /></span>
      <span role="gridcell" className="backlog-handle-cell">
        <button
          type="button" className="backlog-handle" tabIndex={-1} aria-label={`Move ${row.reference}`} aria-disabled={!order.ok}
          title={!order.ok ? order.why : ['Drag, or press to move', hintOf(order)].filter(Boolean).join('. ')} onClick={() => { if (order.ok) moveMenu(id) }}
        >
          <GripVertical size={14} aria-hidden />
        </button>
      </span>
    </div>
  );
});
BacklogRow.displayName = 'BacklogRow';
