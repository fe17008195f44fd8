import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './Button';
import './overlay.css';

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** The buttons, primary last. */
  foot?: ReactNode;
  size?: 'small' | 'large';
  /** Neither Esc nor a click beside it closes it. */
  held?: boolean;
}

export function Dialog({ open, onClose, title, children, foot, size = 'small', held = false }: Props) {
  return (
    <ModalOverlay className="scrim" isOpen={open} onOpenChange={(next) => { if (!next) onClose() }} isDismissable={!held} isKeyboardDismissDisabled={held}>
      <Modal className={`dialog ${size}`}>
        <AriaDialog className="dialog-inside">
          <div className="row between">
            <Heading slot="title" className="dialog-title">{title}</Heading>
            <IconButton icon={X} label="Close" keys="Escape" onPress={onClose} />
          </div>
          {children}
          {foot !== undefined && <div className="form-foot">{foot}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
