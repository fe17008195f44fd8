import { MessageSquarePlus, Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Customer } from '../../api/types';
import { Button, Chip, Fact, Facts, formatDate, formatNumber, itemKinds, Load, may, More, ObjectLink, Section, type SlotProps, useGet, usePages, useProduct } from '../../kit';
import { customerPath, feedbackPath, stateNames, tones } from './actions';
import { CustomerForm, FeedbackForm } from './forms';
import './feedback.css';

/** What they asked, and what came of it. */
function Said({ customer }: { customer: Customer }) {
  const product = useProduct();
  const said = usePages(feedbackPath, { path: { product: product.key }, query: { customer: customer.id, limit: 100 } }, { live: ['feedback', 'release', 'opportunity', 'initiative', ...itemKinds] });
  return (
    <Load query={said} rows={3}>
      {(rows) => (rows.length === 0 ? <p className="muted">Nothing yet.</p> : (
        <>
          <ul className="customer-said">
            {rows.map((feedback) => (
              <li key={feedback.id}>
                <div className="row between"><ObjectLink object={{ ...feedback, kind: 'feedback', state: undefined }} bare /><Chip tone={tones[feedback.state]}>{stateNames[feedback.state]}</Chip></div>
                <div className="muted">{formatDate(feedback.received_on)}{feedback.reason !== null && feedback.reason !== '' && ` · No: ${feedback.reason}`}</div>
                {feedback.linked.length > 0 && <ul className="customer-came">{feedback.linked.map((stub) => <li key={stub.id}>→ <ObjectLink object={stub} bare />{stub.state !== undefined && <span className="muted"> {stub.state}</span>}</li>)}</ul>}
              </li>
            ))}
          </ul>
          <More pages={said} />
        </>
      ))}
    </Load>
  );
}

function Panel({ customer }: { customer: Customer }) {
  const product = useProduct();
  const [asking, setAsking] = useState<'edit' | 'add' | null>(null);
  const { segment, value, email, feedback, told } = customer;
  const unknown = <span className="muted">Not said</span>;
  return (
    <>
      <div className="stack">
        <Facts>
          <Fact label="Segment">{segment ?? unknown}</Fact>
          <Fact label="Value">{value === null ? unknown : <span className="number">{formatNumber(value)}</span>}</Fact>
          <Fact label="E-mail">{email === null ? unknown : <a href={`mailto:${email}`}>{email}</a>}</Fact>
          <Fact label="Said, and told what came of it"><span className="number">{feedback} said, {told} told</span></Fact>
        </Facts>
        <div className="row wrap">
          <Button icon={Pencil} allowed={may(product.can, 'triage')} onPress={() => setAsking('edit')}>Edit…</Button>
          <Button icon={MessageSquarePlus} allowed={may(product.can, 'feedback')} onPress={() => setAsking('add')}>Add feedback…</Button>
        </div>
      </div>
      <Section title="What they asked, and what came of it"><Said customer={customer} /></Section>
      {asking === 'edit' && <CustomerForm customer={customer} onClose={() => setAsking(null)} />}
      {asking === 'add' && <FeedbackForm customer={customer.name} onClose={() => setAsking(null)} />}
    </>
  );
}

/** What only a customer has: segment, value, and the thread from what they said to what was shipped. */
export default function CustomerPanel({ object }: SlotProps) {
  const query = useGet(customerPath, { path: { customer: object.reference } }, { live: ['feedback'] });
  return <Load query={query} rows={4}>{(customer) => <Panel customer={customer} />}</Load>;
}
