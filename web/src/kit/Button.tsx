import type { LucideIcon } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { KeyHint } from './KeyHint';
import { hintOf, markOf, proposing, type Verdict } from './may';
import { toast } from './toast';
import { Tooltip } from './Tooltip';
import './button.css';

interface Common {
  onPress?: () => void;
  type?: 'button' | 'submit';
  form?: string;
  /** From `may(can, decision)`: a refused button stays visible and says who can; one that only proposes says to whom. */
  allowed?: Verdict;
  disabled?: boolean;
  /** Shown as a hint; bind it with `useKeys`. */
  keys?: string;
  ref?: Ref<HTMLButtonElement>;
}

/** A finger cannot hover: pressing a refused control says in a toast who can. */
function pressOf({ onPress, allowed }: Common): (() => void) | undefined {
  if (allowed === undefined || allowed.ok) return onPress;
  return () => toast(allowed.why ?? '');
}

/** Said of the button beside its name; the attribute passes no other way. */
function described(hint: string | undefined): AriaButtonProps['render'] {
  return hint === undefined ? undefined : (props) => {
    const all = { ...props, 'aria-description': hint };
    return <button {...all} />;
  };
}

interface ButtonProps extends Common {
  children: ReactNode;
  /** `primary` is ink and stands once on a page. */
  look?: 'plain' | 'primary' | 'quiet' | 'danger';
  icon?: LucideIcon;
  hint?: string;
}

export function Button({ children, look = 'plain', icon: Icon, hint, onPress, type, form, allowed, disabled, keys, ref }: ButtonProps) {
  const refused = allowed !== undefined && !allowed.ok;
  return (
    <Tooltip text={hintOf(allowed) ?? hint}>
      <AriaButton
        ref={ref}
        type={refused ? 'button' : type}
        form={form}
        className={`button ${look}`}
        {...markOf(allowed)}
        render={described(hintOf(allowed))}
        isDisabled={disabled}
        aria-disabled={refused ? true : undefined}
        onPress={pressOf({ onPress, allowed })}
      >
        {Icon && <Icon size={16} strokeWidth={1.5} aria-hidden />}
        {(type === 'submit' ? proposing(allowed) : undefined) ?? children}
        {keys !== undefined && <KeyHint keys={keys} />}
      </AriaButton>
    </Tooltip>
  );
}

interface IconButtonProps extends Common {
  icon: LucideIcon;
  label: string;
  pressed?: boolean;
}

export function IconButton({ icon: Icon, label, pressed, onPress, type, form, allowed, disabled, keys, ref }: IconButtonProps) {
  const refused = allowed !== undefined && !allowed.ok;
  const told = hintOf(allowed);
  return (
    <Tooltip text={refused ? allowed.why : told === undefined ? label : `${label}. ${told}`} keys={keys}>
      <AriaButton
        ref={ref}
        type={type}
        form={form}
        className="icon-button"
        {...markOf(allowed)}
        render={described(told)}
        aria-label={label}
        aria-pressed={pressed}
        isDisabled={disabled}
        aria-disabled={refused ? true : undefined}
        onPress={pressOf({ onPress, allowed })}
      >
        <Icon size={16} strokeWidth={1.5} aria-hidden />
      </AriaButton>
    </Tooltip>
  );
}
