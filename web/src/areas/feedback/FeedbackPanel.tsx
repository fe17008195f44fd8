import { Link2, Pencil } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { Feedback } from '../../api/types';
import { Button, Chip, ChooseObject, decides, Fact, Facts, formatDate, formatNumber, itemKinds, Load, may, Menu, ObjectLink, type SlotProps, useGet, useProduct, useRelations } from '../../kit';
import { type Answered, isAnswer, linkTo, onePath, stateNames, tones, triage } from './actions';
import { AnswerForm, FeedbackForm } from './forms';
import { asksFor } from './InboxTab';
import './feedback.css';

function Panel({ feedback }: { feedback: Feedback }) {
  const product = useProduct();
  const relations = useRelations();
  const asks = useMemo(() => asksFor(relations), [relations]);
  const allowed = may(product.can, 'triage');
  const [asking, setAsking] = useState<'edit' | 'link' | Answered | null>(null);
  const anchor = useRef<HTMLDivElement>(null);
  const { customer, channel, importance, received_on: received, state, reason, linked, reference } = feedback;
  const close = () => setAsking(null);
  return (
    <div className="stack" ref={anchor}>
      <Facts>
        <Fact label="State">
          <Menu
            label="State"
            entries={[
              { id: 'new', label: 'New', keys: '1', allowed, onChoose: () => void triage(feedback, 'new') },
              { id: 'triaged', label: 'Triaged', keys: '2', allowed, onChoose: () => void triage(feedback, 'triaged') },
              { id: 'declined', label: 'Declined…', keys: '3', allowed, onChoose: () => setAsking('declined') },
              { id: 'postponed', label: 'Postponed…', keys: '4', allowed, onChoose: () => setAsking('postponed') },
            ]}
          >
            <Button look="quiet"><Chip tone={tones[state]}>{stateNames[state]}</Chip></Button>
          </Menu>
        </Fact>
        <Fact label="Received">{formatDate(received)}</Fact>
        <Fact label="Channel">{channel === null || channel === '' ? <span className="muted">Not said</span> : channel}</Fact>
        <Fact label="Matters to them">{importance === null ? <span className="muted">Not said</span> : `${importance} of 5`}</Fact>
        <Fact label="Customer" wide>
          {customer
            ? <><ObjectLink object={{ ...customer, title: customer.name, kind: 'customer' }} bare /> <span className="muted">{[customer.segment, customer.value === null ? null : `worth ${formatNumber(customer.value)}`].filter(Boolean).join(' · ')}</span></>
            : <span className="muted">Nobody named</span>}
        </Fact>
        {reason !== null && reason !== '' && <Fact label="Why not" wide>{reason}</Fact>}
        <Fact label="Asks for" wide>
          {linked.length === 0 ? <span className="feedback-gap">▲ Not linked to anything yet</span> : <ul>{linked.map((stub) => <li key={stub.id}><ObjectLink object={stub} /></li>)}</ul>}
        </Fact>
      </Facts>
      <div className="row wrap">
        <Button icon={Link2} allowed={may(product.can, 'link')} onPress={() => setAsking('link')}>Link to what it asks for…</Button>
        <Button icon={Pencil} allowed={allowed} onPress={() => setAsking('edit')}>Edit…</Button>
      </div>
      {asking === 'edit' && <FeedbackForm feedback={feedback} onClose={close} />}
      {asking !== null && isAnswer(asking) && <AnswerForm feedback={feedback} to={asking} onClose={close} />}
      {asking === 'link' && <ChooseObject title={`What does ${reference} ask for?`} anchor={anchor} allowed={may(product.can, 'link')} kinds={asks} onChoose={(hit) => void linkTo(feedback, hit, decides(allowed))} onClose={close} />}
    </div>
  );
}

/** What only feedback has: who said it, how much it matters, and what became of it. */
export default function FeedbackPanel({ object }: SlotProps) {
  const query = useGet(onePath, { path: { feedback: object.reference } }, { live: ['customer', 'release', 'opportunity', 'initiative', ...itemKinds] });
  return <Load query={query} rows={4}>{(feedback) => <Panel feedback={feedback} />}</Load>;
}
