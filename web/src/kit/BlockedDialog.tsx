import { useState } from 'react';
import { TextArea } from './Field';
import { FormDialog } from './FormDialog';

/** Asks what work waits for. */
export function BlockedDialog({ about, onBlocked, onClose }: { about: string; onBlocked: (reason: string) => void; onClose: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog<true>
      title={`What blocks ${about}?`} submit="Mark as blocked" ready={reason.trim() !== ''} onClose={onClose}
      save={async () => {
        onBlocked(reason.trim());
        return true;
      }}
    >
      {() => <TextArea label="What does it wait for?" value={reason} onChange={setReason} required autoFocus rows={2} />}
    </FormDialog>
  );
}
