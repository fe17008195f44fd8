import type { ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components';
import './chip.css';

interface Props { children: ReactNode; tone?: 'plain' | 'risk' | 'blocked' | 'done' | 'doing' }

export function Chip({ children, tone = 'plain' }: Props) {
  return <span className={`chip ${tone}`}>{children}</span>;
}

/** A chip that is on or off: a filter. */
export function ToggleChip({ children, on, onChange }: { children: ReactNode; on: boolean; onChange: (on: boolean) => void }) {
  return <ToggleButton className="chip toggle" isSelected={on} onChange={onChange}>{children}</ToggleButton>;
}
