import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { ChevronDown } from 'lucide-react';

interface Props { label: string; value: string; onChange: (value: string) => void; known: string[]; help?: string; error?: string; autoFocus?: boolean }

/** A text field that knows what was written before; anything else may be typed too. */
export function Complete({ label, value, onChange, known, help, error, autoFocus }: Props) {
  return (
    <ComboBox className="field" inputValue={value} onInputChange={onChange} allowsCustomValue menuTrigger="input" isInvalid={error !== undefined} autoFocus={autoFocus} validationBehavior="aria">
      <Label className="field-label">{label}</Label>
      <span className="feedback-complete">
        <Input className="input" />
        <Button className="icon-button"><ChevronDown size={14} aria-hidden /></Button>
      </span>
      {help !== undefined && <Text slot="description" className="field-help">{help}</Text>}
      <FieldError className="field-error">{error}</FieldError>
      <Popover className="popover">
        <ListBox className="menu" items={known.map((name) => ({ id: name }))}>
          {({ id }) => <ListBoxItem id={id} className="menu-item" textValue={id}>{id}</ListBoxItem>}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
