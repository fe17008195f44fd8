import { type RefObject, useMemo, useRef, useState } from 'react';
import type { Feedback, Kind, Relation } from '../../api/types';
import {
  Button, Chip, Choose, ChooseObject, decides, EmptyState, formatCount, formatDate, formatNumber, KindGlyph, may, ObjectLink, StatusGlyph, toast, useCursor, useKeys, usePeek, useProduct, useRelations,
} from '../../kit';
import { type Answered, isAnswer, linkTo, stateNames, tones, triage, type TriageState } from './actions';
import { AnswerForm } from './forms';

/** What feedback can ask for, after the table of relations. */
export function asksFor(relations: Relation[]): Kind[] {
  return relations.find(({ relation }) => relation === 'asks_for')?.to ?? [];
}

function FeedbackRow({ feedback }: { feedback: Feedback }) {
  const { title, body, customer, channel, importance, received_on: received, state, linked, reason } = feedback;
  // The title is often the first line of the text: that is not said twice.
  const rest = body.startsWith(title) ? body.slice(title.length).trim() : body;
  return (
    <>
      <span className="feedback-title cursor-link"><ObjectLink object={{ ...feedback, kind: 'feedback', state: undefined }} bare /></span>
      <span className="feedback-state"><Chip tone={tones[state]}>{stateNames[state]}</Chip></span>
      {rest !== '' && <span className="feedback-said">{rest}</span>}
      <span className="feedback-meta">
        <span className="feedback-customer">{customer ? customer.name : 'Nobody named'}{customer?.segment && ` · ${customer.segment}`}{customer?.value ? ` · ${formatNumber(customer.value)}` : ''}</span>
        {channel !== null && channel !== '' && <span>{channel}</span>}
        {importance !== null && <span>matters {importance}/5</span>}
        <time dateTime={received}>{formatDate(received)}</time>
      </span>
      {linked.length > 0 && (
        <span className="feedback-linked">
          {linked.map((stub) => <span key={stub.id} className="feedback-link">{stub.category ? <StatusGlyph category={stub.category} label={stub.state} /> : <KindGlyph kind={stub.kind} />}<span className="cut">{stub.title}</span></span>)}
        </span>
      )}
      {isAnswer(state) && reason !== null && <span className="feedback-linked">{state === 'declined' ? 'No' : 'Not now'}: {reason}</span>}
    </>
  );
}

interface Props {
  rows: Feedback[];
  more: boolean;
  onMore: () => void;
  filtered: boolean;
  onClear: () => void;
  onAdd: () => void;
  /** Shown state, so that a row which leaves it hands its peek to the next. */
  state: string;
  field: RefObject<HTMLInputElement | null>;
}

export function InboxTab({ rows, more, onMore, filtered, onClear, onAdd, state, field }: Props) {
  const product = useProduct();
  const { peek, open } = usePeek();
  const relations = useRelations();
  const asks = useMemo(() => asksFor(relations), [relations]);
  const mayTriage = may(product.can, 'triage');
  const mayLink = may(product.can, 'link');
  const [asking, setAsking] = useState<{ what: 'link' | 'state' | Answered; feedback: Feedback } | null>(null);
  const anchor = useRef<Element | null>(null);
  const { here, at, rowProps, elementOf } = useCursor(rows, 'Feedback');

  /** In a list of one state, the next one takes the place of what leaves it. */
  const goOn = (feedback: Feedback, to: Feedback['state']) => {
    const next = rows[at + 1] ?? rows[at - 1];
    if (state !== 'all' && to !== state && peek === feedback.reference && next) open(next.reference);
  };
  const set = (feedback: Feedback, to: TriageState) => void triage(feedback, to).then((answer) => { if (answer) goOn(feedback, to) });
  const does = (keys: string, does: string, verdict: typeof mayTriage, run: (feedback: Feedback) => void) => ({
    keys, does, group: 'Feedback: do',
    run: () => {
      if (!verdict.ok) toast(verdict.why ?? '');
      else if (here) {
        anchor.current = elementOf(here.id);
        run(here);
      }
    },
  });
  useKeys([
    does('1', 'New again', mayTriage, (feedback) => set(feedback, 'new')),
    does('2', 'Triaged', mayTriage, (feedback) => set(feedback, 'triaged')),
    does('3', 'Decline…', mayTriage, (feedback) => setAsking({ what: 'declined', feedback })),
    does('4', 'Postpone…', mayTriage, (feedback) => setAsking({ what: 'postponed', feedback })),
    does('s', 'State…', mayTriage, (feedback) => setAsking({ what: 'state', feedback })),
    does('l', 'Link to what it asks for…', mayLink, (feedback) => setAsking({ what: 'link', feedback })),
    { keys: '/', does: 'Search', group: 'Feedback: do', run: () => field.current?.focus() },
  ]);

  const close = () => setAsking(null);
  return (
    <div className="feedback-scroll">
      {rows.length === 0 && filtered && <EmptyState action={<Button onPress={onClear}>Clear the filter</Button>}>No feedback matches this filter.</EmptyState>}
      {rows.length === 0 && !filtered && state === 'new' && (
        <EmptyState action={<Button keys="c" allowed={may(product.can, 'feedback')} onPress={onAdd}>Add feedback</Button>}>
          Nothing new: everything that came in has been looked at. What customers say arrives here, and leaves linked to what it asks for, or with a no and its reason.
        </EmptyState>
      )}
      {rows.length === 0 && !filtered && state !== 'new' && <EmptyState>{state === 'all' ? 'No feedback has come in yet.' : 'None in this state.'}</EmptyState>}
      {rows.length > 0 && <ul className="feedback-list">{rows.map((row) => <li key={row.id} {...rowProps(row.id)} className="feedback-row cursor-row"><FeedbackRow feedback={row} /></li>)}</ul>}
      {more && <div className="feedback-more"><Button onPress={onMore}>Show more</Button><span className="muted">{formatCount(rows.length, 'voice')} shown</span></div>}
      {asking && isAnswer(asking.what) && <AnswerForm feedback={asking.feedback} to={asking.what} onClose={close} />}
      {asking?.what === 'link' && (
        <ChooseObject
          title={`What does ${asking.feedback.reference} ask for?`} anchor={anchor} allowed={mayLink} kinds={asks} onClose={close}
          onChoose={(hit) => void linkTo(asking.feedback, hit, decides(mayTriage)).then((answer) => { if (answer) goOn(asking.feedback, asking.feedback.state === 'new' ? 'triaged' : asking.feedback.state) })}
        />
      )}
      {asking?.what === 'state' && (
        <Choose
          title={`State of ${asking.feedback.reference}`} anchor={anchor} allowed={mayTriage} selected={asking.feedback.state} onClose={close}
          choices={[{ id: 'new', label: 'New', keys: '1' }, { id: 'triaged', label: 'Triaged', keys: '2' }, { id: 'declined', label: 'Declined…', keys: '3' }, { id: 'postponed', label: 'Postponed…', keys: '4' }]}
          onChoose={(to) => {
            // The list closes itself after choosing; the dialog opens after that.
            if (isAnswer(to)) queueMicrotask(() => setAsking({ what: to, feedback: asking.feedback }));
            else set(asking.feedback, to as TriageState);
          }}
        />
      )}
    </div>
  );
}
