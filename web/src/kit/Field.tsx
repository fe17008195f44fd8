import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue, Text,
  TextArea as AriaTextArea, TextField as AriaTextField,
} from 'react-aria-components';
import { hintOf, markOf, proposing, type Verdict } from './may';
import { Tooltip } from './Tooltip';
import './field.css';

interface Common {
  label: string;
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean;
  help?: ReactNode;
  error?: string;
  required?: boolean;
  allowed?: Verdict;
}

interface TextProps extends Common {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  name?: string;
  type?: 'text' | 'email' | 'password' | 'number' | 'date' | 'search' | 'url';
  autoComplete?: string;
  placeholder?: string;
  autoFocus?: boolean;
  min?: number | string;
  max?: number | string;
  step?: number | 'any';
}

function Head({ label, hideLabel, required }: Common) {
  return <Label className={hideLabel ? 'only-heard' : 'field-label'}>{label}{required && <span aria-hidden> *</span>}</Label>;
}

function Foot({ help, error }: { help?: ReactNode; error?: string }) {
  return (
    <>
      {help !== undefined && <Text slot="description" className="field-help">{help}</Text>}
      <FieldError className="field-error">{error}</FieldError>
    </>
  );
}

/** A refused field can be read, not written; its help says who can. One whose text is proposed says to whom, where it has no other help. */
function helpFor(help: ReactNode, allowed?: Verdict): ReactNode {
  return allowed?.ok === false ? allowed.why : help ?? proposing(allowed);
}

export function TextField(props: TextProps) {
  const { value, onChange, onBlur, name, type = 'text', autoComplete, placeholder, autoFocus, min, max, step, error, required, allowed } = props;
  return (
    <AriaTextField
      className="field" {...markOf(allowed)} value={value} onChange={onChange} onBlur={onBlur} name={name} type={type} autoComplete={autoComplete}
      isInvalid={error !== undefined} isRequired={required} isReadOnly={allowed !== undefined && !allowed.ok}
      autoFocus={autoFocus} validationBehavior="aria"
    >
      <Head {...props} />
      <Input className="input" placeholder={placeholder} min={min} max={max} step={step} />
      <Foot help={helpFor(props.help, allowed)} error={error} />
    </AriaTextField>
  );
}

interface TextAreaProps extends Common {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  rows?: number;
  placeholder?: string;
  autoFocus?: boolean;
}

export function TextArea(props: TextAreaProps) {
  const { value, onChange, onBlur, rows = 4, placeholder, autoFocus, error, required, allowed } = props;
  return (
    <AriaTextField
      className="field" {...markOf(allowed)} value={value} onChange={onChange} onBlur={onBlur} isInvalid={error !== undefined} isRequired={required}
      isReadOnly={allowed !== undefined && !allowed.ok} autoFocus={autoFocus} validationBehavior="aria"
    >
      <Head {...props} />
      <AriaTextArea className="input area" rows={rows} placeholder={placeholder} />
      <Foot help={helpFor(props.help, allowed)} error={error} />
    </AriaTextField>
  );
}

export interface Option { id: string; label: string; icon?: ReactNode }

interface SelectProps extends Common {
  value: string | null;
  onChange: (value: string) => void;
  options: Option[];
  placeholder?: string;
}

export function Select(props: SelectProps) {
  const { value, onChange, options, placeholder, error, required, allowed } = props;
  const refused = allowed !== undefined && !allowed.ok;
  return (
    <AriaSelect
      className="field" {...markOf(allowed)} value={value} onChange={(key) => { if (key !== null) onChange(String(key)) }}
      isInvalid={error !== undefined} isRequired={required} placeholder={placeholder ?? 'Choose…'} validationBehavior="aria"
      isOpen={refused ? false : undefined}
    >
      <Head {...props} />
      <Tooltip text={hintOf(allowed)}>
        <AriaButton className="input select" aria-disabled={refused ? true : undefined}>
          <SelectValue className="cut" />
          <ChevronDown size={14} aria-hidden />
        </AriaButton>
      </Tooltip>
      <Foot help={props.help} error={error} />
      <Popover className="popover">
        <ListBox className="menu" items={options}>
          {(option) => <ListBoxItem id={option.id} className="menu-item" textValue={option.label}>{option.icon}{option.label}</ListBoxItem>}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** A labelled place for a control of another make (a checkbox group, a file input). */
export function Field({ label, help, children }: { label: string; help?: ReactNode; children: ReactNode }) {
  return (
    <div className="field" role="group" aria-label={label}>
      <span className="field-label" aria-hidden>{label}</span>
      {children}
      {help !== undefined && <span className="field-help">{help}</span>}
    </div>
  );
}
