import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Comment, ObjectView } from '../../api/types';
import { act, Button, formatAgo, formatMoment, IconButton, Load, Markdown, may, More, PartTitle, PersonBadge, useDraft, useMe, usePages } from '../../kit';
import { MentionArea } from './MentionArea';

const again = ['/objects/{object}/comments', '/objects/{object}'];

function Written({ comment, object }: { comment: Comment; object: ObjectView }) {
  const me = useMe();
  const mine = comment.author?.id === me.person.id;
  const [text, setText] = useState<string | null>(null);
  const save = async () => {
    const saved = await act({ run: () => api.patch('/comments/{comment}', { path: { comment: comment.id }, body: { body: text }, version: comment.version }), refresh: again });
    if (saved !== undefined) setText(null);
  };
  return (
    <li className="comment">
      <div className="row">
        <PersonBadge person={comment.author} named />
        <time className="muted" dateTime={comment.created_at} title={formatMoment(comment.created_at)}>{formatAgo(comment.created_at)}{comment.edited_at && ', edited'}</time>
        <span className="grow" />
        {mine && <IconButton icon={Pencil} label="Edit the comment" onPress={() => setText(comment.body)} />}
        {mine && (
          <IconButton
            icon={Trash2} label="Delete the comment"
            onPress={() => void act({
              run: (back = comment) => api.del('/comments/{comment}', { path: { comment: back.id } }), done: 'Comment deleted', refresh: again,
              undo: () => api.post('/objects/{object}/comments', { path: { object: object.id }, body: { body: comment.body } }),
            })}
          />
        )}
      </div>
      {text === null ? <Markdown html={comment.body_html} /> : (
        <div className="stack">
          <MentionArea label="Comment" value={text} onChange={setText} onSubmit={() => void save()} autoFocus />
          <div className="row"><Button onPress={() => void save()}>Save</Button><Button look="quiet" onPress={() => setText(null)}>Cancel</Button></div>
        </div>
      )}
    </li>
  );
}

export function Comments({ object }: { object: ObjectView }) {
  const comments = usePages('/objects/{object}/comments', { path: { object: object.reference }, query: { limit: 100 } });
  const { text, set, clear } = useDraft(`${object.reference}:comment`, '');
  const allowed = may(object.can, 'comment');
  const send = async () => {
    if (text.trim() === '') return;
    const sent = await act({ run: () => api.post('/objects/{object}/comments', { path: { object: object.id }, body: { body: text } }), refresh: again });
    if (sent !== undefined) clear();
  };
  return (
    <section className="section" aria-label="Comments">
      <PartTitle>Comments · {object.counts.comments}</PartTitle>
      <Load query={comments} rows={2}>{(rows) => <ol className="stack">{rows.map((comment) => <Written key={comment.id} comment={comment} object={object} />)}</ol>}</Load>
      <More pages={comments} label="Show later ones" />
      <MentionArea label="Write a comment" placeholder="Write a comment; @ speaks to somebody" rows={2} value={text} onChange={set} onSubmit={() => void send()} allowed={allowed} />
      {text !== '' && <div className="row"><Button allowed={allowed} keys="$mod+Enter" onPress={() => void send()}>Comment</Button></div>}
    </section>
  );
}
