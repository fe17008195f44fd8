import type { ReactNode } from 'react';
import { FieldError, Label, Radio, RadioGroup, Text } from 'react-aria-components';
import { markOf, proposing, type Verdict } from './may';
import './segments.css';

interface Props<T extends string> {
  label: string;
  hideLabel?: boolean;
  /** null: nothing is chosen yet. */
  value: T | null;
  onChange: (value: T) => void;
  options: { id: T; label: ReactNode; disabled?: boolean }[];
  help?: ReactNode;
  error?: string;
  allowed?: Verdict;
}

/** One of a few, all in sight. */
export function Segments<T extends string>({ label, hideLabel, value, onChange, options, help, error, allowed }: Props<T>) {
  const refused = allowed !== undefined && !allowed.ok;
  const below = refused ? allowed.why : help ?? proposing(allowed);
  return (
    <RadioGroup className="field" {...markOf(allowed)} value={value} onChange={(id) => onChange(id as T)} isInvalid={error !== undefined} isReadOnly={refused} orientation="horizontal">
      <Label className={hideLabel ? 'only-heard' : 'field-label'}>{label}</Label>
      <div className="segments">
        {options.map((option) => <Radio key={option.id} value={option.id} isDisabled={option.disabled} className="segment">{option.label}</Radio>)}
      </div>
      {below !== undefined && <Text slot="description" className="field-help">{below}</Text>}
      <FieldError className="field-error">{error}</FieldError>
    </RadioGroup>
  );
}
