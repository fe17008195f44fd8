import { draggable } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { GripVertical } from 'lucide-react';
import { type HTMLAttributes, useEffect, useRef, useState } from 'react';
import type { Person } from '../../api/types';
import { Chip, formatCount, formatNumber, hasNoWhy, IconButton, KindGlyph, Menu, type MenuEntry, ObjectLink, permitted, PersonBadge, useNarrow, type Verdict } from '../../kit';
import { type Card, waitsForAcceptance } from './sprint';

/** Work that has not moved for longer than this is worth a word at the daily. */
const old = 5;

interface Props { card: Card; person: Person | null | undefined; allowed: Verdict; moves: MenuEntry[]; rowProps: HTMLAttributes<HTMLElement>; onDragging: (on: boolean) => void }

export function BoardCard({ card, person, allowed, moves, rowProps, onDragging }: Props) {
  const { id, reference, kind, points, blocked, category, accepted, age_days: age } = card;
  const element = useRef<HTMLLIElement>(null);
  const [lifted, setLifted] = useState(false);
  const narrow = useNarrow();
  const may = useRef({ narrow, allowed });
  useEffect(() => { may.current = { narrow, allowed } });
  useEffect(() => {
    if (!element.current) return undefined;
    const dragging = (on: boolean) => {
      setLifted(on);
      onDragging(on);
    };
    return draggable({
      element: element.current, canDrag: () => !may.current.narrow && permitted(may.current.allowed), getInitialData: () => ({ boardCard: id }), onDragStart: () => dragging(true), onDrop: () => dragging(false),
    });
  }, [id, onDragging]);
  const working = category === 'in_progress' || category === 'in_review';
  return (
    <li ref={element} {...rowProps} className={['board-card card cursor-row', blocked && 'blocked', lifted && 'lifted'].filter(Boolean).join(' ')}>
      <div className="board-card-head">
        <span className="board-card-reference">{kind !== 'story' && <KindGlyph kind={kind} />} {reference}</span>
        <span className="grow" />
        <span className="number" title={points === null ? 'No estimate' : formatCount(points, 'point')}>{points === null ? '–' : formatNumber(points)}</span>
        <PersonBadge person={person} />
        <span className="cursor-over no-print"><Menu label={`Move ${reference}`} entries={moves}><IconButton icon={GripVertical} label={`Move ${reference}`} keys="s" /></Menu></span>
      </div>
      <span className="cursor-link"><ObjectLink object={{ ...card, archived: false }} bare draggable={false} /></span>
      <div className="board-card-foot">
        {blocked && <Chip tone="blocked">▮ Blocked</Chip>}
        {waitsForAcceptance(card) && <Chip tone="doing">To accept</Chip>}
        {accepted && <Chip tone="done">Accepted</Chip>}
        {hasNoWhy(card) && <Chip tone="risk">▲ No why</Chip>}
        {working && age !== null && age >= old && <span className="board-card-age" title="Since work on it began">{formatCount(age, 'day')}</span>}
      </div>
    </li>
  );
}
