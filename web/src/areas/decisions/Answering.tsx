import { type KeyboardEvent, useState } from 'react';
import type { Problem } from '../../api/client';
import type { Question } from '../../api/types';
import { Button, formatMoment, isItem, PersonBadge, Segments, TextArea, useDraft, useKeys } from '../../kit';
import { answer, type Becomes } from './actions';

/** What was answered, by whom. */
export function Answered({ question: { answer: words, answered_by: by, answered_at: at } }: { question: Question }) {
  if (words === null) return null;
  return (
    <div className="answered">
      <p className="row wrap"><PersonBadge person={by} named />{at !== null && <time className="muted" dateTime={at}>{formatMoment(at)}</time>}</p>
      <p className="answered-words">{words}</p>
    </div>
  );
}

/** Answers in place. The words survive a reload. */
export function Answering({ question, onClose }: { question: Question; onClose: () => void }) {
  const { text, set, clear } = useDraft(`${question.reference}:answer`, '');
  const [becomes, setBecomes] = useState<'nothing' | Becomes>('nothing');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const item = question.about.find(({ kind }) => isItem(kind));
  const send = async () => {
    if (text.trim() === '' || busy) return;
    setBusy(true);
    setProblem(null);
    const done = await answer(question, text.trim(), becomes === 'nothing' ? undefined : becomes, (refusal) => {
      setProblem(refusal);
      return true;
    });
    setBusy(false);
    if (done === undefined) return;
    clear();
    onClose();
  };
  useKeys([
    { keys: '$mod+Enter', does: 'Answer', group: 'Questions: do', run: () => void send(), everywhere: true, quiet: true },
    { keys: 'Escape', does: 'Leave the answer as a draft', group: 'Questions: do', run: onClose, everywhere: true, quiet: true },
  ], 2);
  // A radio button would keep Enter to itself.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  };
  return (
    <form
      className="answering" onKeyDownCapture={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextArea label={`Answer to ${question.reference}`} value={text} onChange={set} rows={3} error={problem?.message} autoFocus />
      <Segments
        label="It also becomes" value={becomes} onChange={setBecomes}
        options={[{ id: 'nothing', label: 'Nothing more' }, { id: 'criterion', label: item ? `A criterion of ${item.reference}` : 'A criterion', disabled: item === undefined }, { id: 'decision', label: 'A decision in the log' }]}
        help={item === undefined ? 'A criterion stands on an item; this question is about none.' : undefined}
      />
      <div className="row"><Button type="submit" look="primary" keys="$mod+Enter" disabled={busy || text.trim() === ''}>Answer</Button><Button look="quiet" keys="Escape" onPress={onClose}>Cancel</Button></div>
    </form>
  );
}
