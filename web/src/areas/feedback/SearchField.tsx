import { Search } from 'lucide-react';
import type { RefObject } from 'react';

interface Props { label: string; value: string; onChange: (value: string) => void; field: RefObject<HTMLInputElement | null> }

export function SearchField({ label, value, onChange, field }: Props) {
  return (
    <label className="feedback-search">
      <Search size={14} aria-hidden />
      <input
        ref={field} type="search" className="feedback-search-input" aria-label={label} placeholder={`${label}  /`} value={value} onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => { if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur() }}
      />
    </label>
  );
}
