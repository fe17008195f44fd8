import { useState } from 'react';
import { api } from '../../api/client';
import type { Customer, Feedback } from '../../api/types';
import { act, FormDialog, formatCount, may, Select, TextArea, TextField, useAll, useDraft, usePeek, useProduct } from '../../kit';
import { again, type Answered, customerPath, customersPath, feedbackPath, onePath, triage } from './actions';
import { Complete } from './Complete';

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
const present = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

const channels = ['Call', 'Chat', 'E-mail', 'Interview', 'Review', 'Sales', 'Support', 'Survey'];

export const importances = [
  { id: 'none', label: 'Not said' },
  { id: '5', label: '5: cannot work without it' },
  { id: '4', label: '4: hurts often' },
  { id: '3', label: '3: would help' },
  { id: '2', label: '2: nice to have' },
  { id: '1', label: '1: said in passing' },
];

const none: Customer[] = [];

/** All of them: whom the list lacked would be taken for new. */
function useCustomers(): Customer[] {
  return useAll(customersPath, { path: { product: useProduct().key } }, { live: ['customer'] }).data ?? none;
}

/** What a customer said, or a correction of it. */
export function FeedbackForm({ feedback: given, customer: from, onClose }: { feedback?: Feedback; customer?: string; onClose: () => void }) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [feedback] = useState(given);
  const product = useProduct();
  const { open } = usePeek();
  const customers = useCustomers();
  // The words are what is hardest to type again: those of a new one survive Esc and a reload.
  const draft = useDraft(`${product.key}:feedback:${feedback?.reference ?? 'new'}`, feedback?.body ?? '');
  const [customer, setCustomer] = useState(from ?? feedback?.customer?.name ?? '');
  const [channel, setChannel] = useState(feedback?.channel ?? '');
  const [importance, setImportance] = useState(feedback?.importance?.toString() ?? 'none');
  const [received, setReceived] = useState(feedback?.received_on ?? today());
  const fields = { body: draft.text.trim(), channel: orNull(channel), importance: importance === 'none' ? null : Number(importance), received_on: received };
  const known = customers.find(({ name }) => name.toLowerCase() === customer.trim().toLowerCase());

  const create = () => api.post(feedbackPath, { path: { product: product.key }, body: present({ ...fields, customer_name: orNull(customer) }) });
  const patch = async (before: Feedback, version: number) => {
    const whose = orNull(customer) === null ? null : (known ?? await api.post(customersPath, { path: { product: product.key }, body: { name: customer.trim() } })).id;
    return api.patch(onePath, { path: { feedback: before.id }, body: { ...fields, customer: whose }, version });
  };
  const back = (before: Feedback, version: number) => api.patch(onePath, {
    path: { feedback: before.id }, version,
    body: { body: before.body, channel: before.channel, importance: before.importance, received_on: before.received_on, customer: before.customer?.id ?? null },
  });
  return (
    <FormDialog<Feedback>
      title={feedback ? `Edit ${feedback.reference}` : 'Add feedback'} submit={feedback ? 'Save' : 'Add'} ready={fields.body !== '' && received !== ''} size="large"
      allowed={may(product.can, feedback ? 'triage' : 'feedback')} onClose={onClose} draft
      onLetGo={() => {
        draft.clear();
        onClose();
      }}
      onSaved={(saved) => {
        draft.clear();
        if (!feedback) open(saved.reference);
      }}
      save={({ refused, version }) => act<Feedback>({
        run: (now) => (feedback ? patch(feedback, now?.version ?? version ?? feedback.version) : create()),
        done: feedback ? `${feedback.reference} saved` : 'Feedback added', refused, refresh: again,
        undo: feedback && ((now) => back(feedback, now.version)),
      })}
    >
      {(errorOf) => (
        <>
          <TextArea label="What was said, word for word" value={draft.text} onChange={draft.set} error={errorOf('body')} rows={6} required autoFocus help={draft.dirty && !feedback ? 'Draft kept on this device.' : undefined} />
          <div className="feedback-pair">
            <Complete
              label="Customer" value={customer} onChange={setCustomer} known={customers.map(({ name }) => name)} error={errorOf('customer_name') ?? errorOf('customer')}
              help={customer.trim() === '' ? 'Who said it? May stay empty.' : known ? `${known.segment ?? 'No segment'}, said ${formatCount(known.feedback, 'thing')} so far` : 'Not known yet: will be added.'}
            />
            <Complete label="Channel" value={channel} onChange={setChannel} known={channels} error={errorOf('channel')} />
            <Select label="How much it matters to them" value={importance} onChange={setImportance} options={importances} error={errorOf('importance')} />
            <TextField label="Received on" type="date" value={received} onChange={setReceived} error={errorOf('received_on')} required />
          </div>
        </>
      )}
    </FormDialog>
  );
}

const answers = {
  declined: { verb: 'Decline', asks: 'Why not?', help: 'A no is an answer too. Whoever brought it in reads this.' },
  postponed: { verb: 'Postpone', asks: 'Why not now?', help: 'Not now is an answer too. Whoever brought it in reads this.' },
};

/** A no and a not now are answers too, and they need a reason. */
export function AnswerForm({ feedback, to, onClose }: { feedback: Feedback; to: Answered; onClose: () => void }) {
  const product = useProduct();
  const { verb, asks, help } = answers[to];
  const [reason, setReason] = useState(feedback.reason ?? '');
  return (
    <FormDialog<Feedback>
      title={`${verb} ${feedback.reference}?`} submit={verb} ready={reason.trim() !== ''} allowed={may(product.can, 'triage')} onClose={onClose}
      save={({ refused }) => triage(feedback, to, reason.trim(), refused)}
    >
      {(errorOf) => (
        <>
          <p>“{feedback.title}”</p>
          <TextArea label={asks} value={reason} onChange={setReason} error={errorOf('reason')} rows={3} required autoFocus help={help} />
        </>
      )}
    </FormDialog>
  );
}

export function CustomerForm({ customer: given, onClose }: { customer?: Customer; onClose: () => void }) {
  const [customer] = useState(given);
  const product = useProduct();
  const { open } = usePeek();
  const segments = [...new Set(useCustomers().flatMap(({ segment }) => segment ?? []))].toSorted();
  const [name, setName] = useState(customer?.name ?? '');
  const [segment, setSegment] = useState(customer?.segment ?? '');
  const [value, setValue] = useState(customer?.value?.toString() ?? '');
  const [email, setEmail] = useState(customer?.email ?? '');
  const fields = { name: name.trim(), segment: orNull(segment), value: value.trim() === '' ? null : Number(value), email: orNull(email) };
  return (
    <FormDialog<Customer>
      title={customer ? `Edit ${customer.name}` : 'New customer'} submit={customer ? 'Save' : 'Add'} ready={fields.name !== ''}
      allowed={may(product.can, customer ? 'triage' : 'feedback')} onClose={onClose} onSaved={(saved) => { if (!customer) open(saved.reference) }}
      save={({ refused, version }) => act<Customer>({
        run: (back) => (customer
          ? api.patch(customerPath, { path: { customer: customer.id }, body: fields, version: back?.version ?? version ?? customer.version })
          : api.post(customersPath, { path: { product: product.key }, body: present(fields) })),
        done: customer ? `${customer.name} saved` : 'Customer added', refused, refresh: again,
        undo: customer && ((now) => api.patch(customerPath, {
          path: { customer: now.id }, body: { name: customer.name, segment: customer.segment, value: customer.value, email: customer.email }, version: now.version,
        })),
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} required autoFocus help="A company, or a person." />
          <div className="feedback-pair">
            <Complete label="Segment" value={segment} onChange={setSegment} known={segments} error={errorOf('segment')} />
            <TextField label="Value" type="number" min={0} step="any" value={value} onChange={setValue} error={errorOf('value')} help="Such as yearly revenue." />
          </div>
          <TextField label="E-mail" type="email" value={email} onChange={setEmail} error={errorOf('email')} help="Shown to the team only." />
        </>
      )}
    </FormDialog>
  );
}
