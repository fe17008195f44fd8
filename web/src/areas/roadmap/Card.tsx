import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { attachClosestEdge, type Edge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';
import { GripVertical } from 'lucide-react';
import { type HTMLAttributes, useEffect, useRef, useState } from 'react';
import type { Initiative } from '../../api/types';
import type { Axis } from '../../kit/likely';
import type { Forecast } from './ahead';
import { Chip, formatCount, IconButton, KindGlyph, Menu, type MenuEntry, ObjectLink, permitted, Progress, type Verdict } from '../../kit';
import { Likely } from './Likely';
import { formatWindow } from './lanes';

const narrow = '(max-width: 719px)';

interface Props {
  initiative: Initiative;
  forecast: Forecast;
  axis: Axis | undefined;
  allowed: Verdict;
  moves: MenuEntry[];
  rowProps: HTMLAttributes<HTMLElement>;
  onDragging: (on: boolean) => void;
}

export function Card({ initiative, forecast, axis, allowed, moves, rowProps, onDragging }: Props) {
  const { id, reference, title, outcome, confidence, voices, items, objective, starts, ends } = initiative;
  const element = useRef<HTMLLIElement>(null);
  const [edge, setEdge] = useState<Edge | null>(null);
  const [lifted, setLifted] = useState(false);
  const may = useRef(allowed);
  useEffect(() => { may.current = allowed });

  useEffect(() => {
    if (!element.current) return undefined;
    const dragging = (on: boolean) => {
      setLifted(on);
      onDragging(on);
    };
    return combine(
      draggable({
        element: element.current,
        canDrag: () => !matchMedia(narrow).matches && permitted(may.current),
        getInitialData: () => ({ initiative: id }),
        onDragStart: () => dragging(true),
        onDrop: () => dragging(false),
      }),
      dropTargetForElements({
        element: element.current,
        canDrop: ({ source }) => typeof source.data.initiative === 'string' && source.data.initiative !== id,
        getData: ({ input, element: target }) => attachClosestEdge({ initiative: id }, { input, element: target, allowedEdges: ['top', 'bottom'] }),
        onDrag: ({ self }) => setEdge(extractClosestEdge(self.data)),
        onDragLeave: () => setEdge(null),
        onDrop: () => setEdge(null),
      }),
    );
  }, [id, onDragging]);

  const when = formatWindow(starts, ends);
  const share = items.total === 0 ? 0 : items.done / items.total;
  return (
    <li ref={element} {...rowProps} className={`roadmap-card card cursor-row ${edge === null ? '' : `drop-${edge}`} ${lifted ? 'lifted' : ''}`}>
      <div className="roadmap-card-head">
        <span className="cursor-link grow"><ObjectLink object={{ ...initiative, kind: 'initiative' }} bare draggable={false} /></span>
        <span className="cursor-over no-print">
          <Menu label={`Move ${reference}`} entries={moves}><IconButton icon={GripVertical} label={`Move ${title}`} keys="m" /></Menu>
        </span>
      </div>
      {outcome !== null && outcome !== '' && <p className="roadmap-outcome">{outcome}</p>}
      <p className="roadmap-why">
        {objective
          ? <span className="roadmap-objective"><KindGlyph kind="objective" /><span className="cut">{objective.title}</span></span>
          : <Chip tone="risk">▲ No objective</Chip>}
      </p>
      <p className="roadmap-facts number">
        {when !== null && <span>{when}</span>}
        <span>{confidence === null ? 'confidence not said' : `confidence ${confidence}/10`}</span>
        <span>{formatCount(voices, 'voice')}</span>
      </p>
      {items.total === 0
        ? <p className="roadmap-facts">No work yet</p>
        : <p className="roadmap-items number"><Progress share={share} label={`${items.done} of ${items.total} items done`} /><span>{items.done} of {items.total} done</span></p>}
      {items.done < items.total && <p className="roadmap-forecast number"><Likely forecast={forecast} axis={axis} /></p>}
    </li>
  );
}
