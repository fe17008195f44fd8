import { Check, Minus } from 'lucide-react';
import { Checkbox as AriaCheckbox } from 'react-aria-components';
import { hintOf, markOf, type Verdict } from './may';
import { Tooltip } from './Tooltip';
import './checkbox.css';

interface Props {
  label: string;
  /** Keeps the label for screen readers only: in a table whose heads say it. */
  hideLabel?: boolean;
  checked: boolean;
  /** Some of what it stands for is chosen, not all. */
  some?: boolean;
  onChange: (checked: boolean) => void;
  allowed?: Verdict;
  disabled?: boolean;
}

export function Checkbox({ label, hideLabel, checked, some, onChange, allowed, disabled }: Props) {
  const refused = allowed !== undefined && !allowed.ok;
  return (
    <Tooltip text={hintOf(allowed)}>
      <AriaCheckbox className="checkbox" {...markOf(allowed)} isSelected={checked} isIndeterminate={some} onChange={onChange} isReadOnly={refused} isDisabled={disabled} aria-label={hideLabel ? label : undefined}>
        {({ isSelected, isIndeterminate }) => (
          <>
            <span className="checkbox-box" aria-hidden>{isIndeterminate ? <Minus size={12} strokeWidth={3} /> : isSelected && <Check size={12} strokeWidth={3} />}</span>
            {!hideLabel && <span>{label}</span>}
          </>
        )}
      </AriaCheckbox>
    </Tooltip>
  );
}
