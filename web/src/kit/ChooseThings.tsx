import { Plus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Kind, Stub } from '../api/types';
import { Button, IconButton } from './Button';
import { ChooseObject } from './ChooseObject';
import { Field } from './Field';
import { KindGlyph } from './glyphs';

export type Chosen = Pick<Stub, 'id' | 'reference' | 'kind' | 'title'>;

interface Props { label: string; add: string; kinds: readonly Kind[]; chosen: Chosen[]; onChange: (chosen: Chosen[]) => void; most: number; help?: string; error?: string }

/** A field of things of this product, chosen one by one. */
export function ChooseThings({ label, add, kinds, chosen, onChange, most, help, error }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const [choosing, setChoosing] = useState(false);
  return (
    <Field label={label} help={help}>
      {chosen.map((one) => (
        <span key={one.id} className="row chosen-thing">
          <KindGlyph kind={one.kind} /><span className="muted">{one.reference}</span><span className="grow cut">{one.title}</span>
          <IconButton icon={X} label={`Without ${one.reference}`} onPress={() => onChange(chosen.filter(({ id }) => id !== one.id))} />
        </span>
      ))}
      {chosen.length < most && <div><Button ref={button} look="quiet" icon={Plus} onPress={() => setChoosing(true)}>{add}</Button></div>}
      {error !== undefined && <p className="field-error" role="alert">{error}</p>}
      {choosing && <ChooseObject title={add} anchor={button} kinds={kinds} onClose={() => setChoosing(false)} onChoose={(one) => onChange([...chosen.filter(({ id }) => id !== one.id), one])} />}
    </Field>
  );
}
