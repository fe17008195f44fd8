import { useState } from 'react';
import type { Question } from '../../api/types';
import { Button, Chip, EmptyState, formatAgo, formatMoment, Load, may, More, ObjectLink, roleNames, Select, toast, useCursor, useGet, useKeys, usePages, useProduct, useSetUrl, useUrl } from '../../kit';
import { questionsPath } from './actions';
import { Answered, Answering } from './Answering';
import { asked, askedOf, responseText } from './proposals';

const pageSize = 50;

function QuestionRow({ question, answering, onAnswer, onClose }: { question: Question; answering: boolean; onAnswer: () => void; onClose: () => void }) {
  const { reference, title, body, by, at, about, answer, may_answer: mayAnswer } = question;
  return (
    <>
      <div className="row between question-head">
        <span className="question-title"><ObjectLink object={{ reference, title, kind: 'question' }} bare /></span>
        {mayAnswer && <Chip tone="doing">Asked of you</Chip>}
      </div>
      <p className="muted">
        {by?.name ?? 'Somebody'} asked {askedOf(question)} <time dateTime={at} title={formatMoment(at)}>{formatAgo(at)}</time>
      </p>
      {about.length > 0 && <div className="row wrap">{about.map((stub) => <ObjectLink key={stub.id} object={stub} />)}</div>}
      {body !== '' && <p className="question-body">{body}</p>}
      <Answered question={question} />
      {answering
        ? <Answering question={question} onClose={onClose} />
        : answer === null && <div><Button keys="a" allowed={mayAnswer ? { ok: true } : { ok: false, why: `This was asked of ${askedOf(question)}` }} onPress={onAnswer}>Answer</Button></div>}
    </>
  );
}

function QuestionList({ rows }: { rows: Question[] }) {
  const { here, rowProps, elementOf } = useCursor(rows, 'Questions');
  const [answering, setAnswering] = useState<string | null>(null);
  const start = () => {
    if (!here || here.answer !== null) return;
    if (here.may_answer) setAnswering(here.id);
    else toast(`This was asked of ${askedOf(here)}`);
  };
  const stop = (id: string) => {
    setAnswering(null);
    elementOf(id)?.focus({ preventScroll: true });
  };
  useKeys([
    { keys: 'a', does: 'Answer', group: 'Questions: do', run: start },
    { keys: 'Enter', does: 'Answer', group: 'Questions: do', run: start, quiet: true },
  ]);
  return (
    <ul className="question-list">
      {rows.map((question) => (
        <li key={question.id} {...rowProps(question.id)} className="question-row cursor-row">
          <QuestionRow question={question} answering={answering === question.id} onAnswer={() => setAnswering(question.id)} onClose={() => stop(question.id)} />
        </li>
      ))}
    </ul>
  );
}

/** How fast each role answers. */
function Response() {
  const product = useProduct();
  // The times of answering come with any page of questions.
  const { data } = useGet(questionsPath, { path: { product: product.key }, query: { limit: 1 } }, { live: ['question'] });
  if (data === undefined || data.response.length === 0) return null;
  return <ul className="muted question-response" aria-label="How fast each role answers">{data.response.map((time) => <li key={time.role}>{responseText(time)}</li>)}</ul>;
}

export function RoleFilter() {
  const setUrl = useSetUrl();
  const { role } = useUrl();
  return (
    <Select
      label="Asked of" hideLabel value={role ?? 'all'} onChange={(id) => setUrl({ role: id === 'all' ? undefined : id })}
      options={[{ id: 'all', label: 'Asked of any role' }, ...asked.map((id) => ({ id, label: roleNames[id] }))]}
    />
  );
}

export function QuestionsTab({ onAsk }: { onAsk: () => void }) {
  const product = useProduct();
  const setUrl = useSetUrl();
  const url = useUrl();
  const answered = url.state === 'answered';
  const query = usePages(questionsPath, { path: { product: product.key }, query: { state: answered ? 'answered' : 'open', role: url.role, limit: pageSize } }, { live: ['question'] });
  return (
    <div className="decide-scroll">
      <Response />
      <Load query={query} rows={6}>
        {(all) => {
          const rows = all.filter((row) => (row.answer !== null) === answered);
          if (rows.length > 0) return <QuestionList key={String(answered)} rows={rows} />;
          if (url.role !== undefined) return <EmptyState action={<Button onPress={() => setUrl({ role: undefined })}>Clear the filter</Button>}>{answered ? 'This role has answered none.' : 'Nothing is asked of this role.'}</EmptyState>;
          return (
            <EmptyState action={!answered && <Button keys="c" allowed={may(product.can, 'question')} onPress={onAsk}>Ask a question</Button>}>
              {answered ? 'No question was answered yet.' : 'Nothing is asked. A question goes to a role, has an age, and its answer can become a criterion or a decision.'}
            </EmptyState>
          );
        }}
      </Load>
      <div className="waiting-more"><More pages={query} /></div>
    </div>
  );
}
