import { useState } from 'react';
import { Button, Fact, Facts, formatAgo, Load, ObjectLink, Section, type SlotProps, useGet } from '../../kit';
import { questionPath } from './actions';
import { Answered, Answering } from './Answering';
import { askedOf } from './proposals';
import './decisions.css';

export default function QuestionPanel({ object }: SlotProps) {
  const query = useGet(questionPath, { path: { question: object.reference } });
  const [answering, setAnswering] = useState(false);
  return (
    <Section title="Question">
      <Load query={query} rows={3}>
        {(question) => (
          <div className="stack">
            <Facts>
              <Fact label="Asked of">{askedOf(question)}</Fact>
              <Fact label="By">{question.by?.name ?? 'Somebody'}, {formatAgo(question.at)}</Fact>
              {question.about.length > 0 && <Fact label="About" wide>{question.about.map((stub) => <ObjectLink key={stub.id} object={stub} />)}</Fact>}
            </Facts>
            <Answered question={question} />
            {answering
              ? <Answering question={question} onClose={() => setAnswering(false)} />
              : question.answer === null && <div><Button allowed={question.may_answer ? { ok: true } : { ok: false, why: `This was asked of ${askedOf(question)}` }} onPress={() => setAnswering(true)}>Answer</Button></div>}
          </div>
        )}
      </Load>
    </Section>
  );
}
