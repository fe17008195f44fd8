import type { ReactElement, ReactNode } from 'react';
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';
import { KeyHint } from './KeyHint';
import './tooltip.css';

interface Props {
  /** Without a text there is no tooltip, only the child. */
  text?: ReactNode;
  keys?: string;
  children: ReactElement;
}

export function Tooltip({ text, keys, children }: Props) {
  if (text === undefined && keys === undefined) return children;
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <AriaTooltip className="tooltip" offset={6}>
        {text} {keys !== undefined && <KeyHint keys={keys} />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
