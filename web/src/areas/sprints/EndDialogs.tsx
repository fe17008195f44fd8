import { useState } from 'react';
import { api } from '../../api/client';
import type { Row, Sprint } from '../../api/types';
import { act, Button, Chip, decides, Dialog, FormDialog, formatCount, formatNumber, may, ObjectLink, proposing, type Refused, Segments, Select, TextArea } from '../../kit';
import { again, startSprint } from './actions';
import { pointsOf } from './sprint';

/** What starting means is said before it is done: it cannot be taken back. */
export function StartDialog({ sprint, onStarted, onClose }: { sprint: Sprint; onStarted?: () => void; onClose: () => void }) {
  const start = async () => {
    onClose();
    if (await startSprint(sprint)) onStarted?.();
  };
  const { points, items, goal, capacity } = sprint;
  return (
    <Dialog
      open onClose={onClose} title={`Start ${sprint.name}?`}
      foot={<><Button onPress={onClose}>Not yet</Button><Button look="primary" allowed={may(sprint.can, 'sprint_run')} onPress={() => void start()}>{proposing(may(sprint.can, 'sprint_run')) ?? 'Start the sprint'}</Button></>}
    >
      <p>{formatCount(items.total, 'item')} with {formatCount(points.total, 'point')} count as committed from now on; what comes in or goes out later is seen as such.</p>
      {(goal ?? '') === '' && <p><Chip tone="risk">▲ No goal</Chip> Without a goal nobody can say at the end whether the sprint was worth it.</p>}
      {capacity !== null && points.total > capacity && <p><Chip tone="risk">▲ Over capacity</Chip> {formatNumber(points.total)} points, and the team takes on {formatNumber(capacity)}.</p>}
    </Dialog>
  );
}

type Way = 'backlog' | 'sprint';
type Ways = Record<string, Way>;

/** The verdict on the goal, and for each unfinished item a choice of its own: nothing rolls over by itself. */
export function CloseDialog({ sprint, unfinished, sprints, onClosed, onClose }: { sprint: Sprint; unfinished: Row[]; sprints: Sprint[]; onClosed: () => void; onClose: () => void }) {
  const planned = sprints.filter((one) => one.state === 'planned').toReversed();
  const [verdict, setVerdict] = useState<NonNullable<Sprint['verdict']> | null>(null);
  const [note, setNote] = useState('');
  const [ways, setWays] = useState<Ways>({});
  const [next, setNext] = useState(planned[0]?.id ?? '');
  // What goes into the next sprint is decided there as ever, also at the end of this one; all of it can be proposed together.
  const run = may(sprint.can, 'sprint_run');
  const carrying = may(sprint.can, 'sprint_scope');
  const carries = decides(carrying) || (carrying.ok && !decides(run));
  const target = carries ? planned.find((one) => one.id === next) : undefined;
  const decided = unfinished.filter((row) => ways[row.id] !== undefined).length;
  const all = (way: Way) => setWays(Object.fromEntries(unfinished.map((row) => [row.id, way])));
  const close = ({ refused }: { refused: Refused }) => act<Sprint>({
    run: () => api.put('/sprints/{sprint}/close', {
      path: { sprint: sprint.id },
      body: {
        verdict, note: note.trim() === '' ? null : note.trim(),
        carry_over: unfinished.map((row) => (ways[row.id] === 'sprint' ? { item: row.id, to: 'sprint', sprint: next } : { item: row.id, to: 'backlog' })),
      },
    }),
    done: `${sprint.name} is closed`, refresh: again, refused,
  });
  return (
    <FormDialog<Sprint>
      title={`Close ${sprint.name}`} submit="Close the sprint" size="large" ready={verdict !== null && decided === unfinished.length}
      allowed={run} save={close} onSaved={onClosed} onClose={onClose}
    >
      {(errorOf) => (
        <>
          <div className="stack">
            <p className="reading">{sprint.goal === null || sprint.goal === '' ? 'This sprint had no goal.' : sprint.goal}</p>
            <Segments
              label="Was the goal met?" value={verdict} onChange={setVerdict} error={errorOf('verdict')}
              options={[{ id: 'met', label: 'Met' }, { id: 'partly', label: 'Partly' }, { id: 'missed', label: 'Missed' }]}
            />
            <TextArea label="In a sentence: why?" value={note} onChange={setNote} error={errorOf('note')} rows={2} />
          </div>
          {unfinished.length > 0 && (
            <section className="stack" aria-label="Unfinished items">
              <div className="row between wrap">
                <h3>Not finished: {formatCount(unfinished.length, 'item')}, {formatCount(pointsOf(unfinished), 'point')}</h3>
                <span className="muted number" role="status">{decided} of {unfinished.length} decided</span>
              </div>
              <p className="muted">Nothing rolls over by itself. Say for each where it goes.</p>
              {planned.length > 1 && <Select label="The next sprint" value={next} onChange={setNext} options={planned.map(({ id, name }) => ({ id, label: name }))} />}
              <ul className="carry">
                {unfinished.map((row) => (
                  <li key={row.id} className="carry-row">
                    <span className="grow"><ObjectLink object={{ ...row, archived: false }} /></span>
                    <span className="muted number">{row.points === null ? 'no estimate' : formatCount(row.points, 'point')}</span>
                    <Segments<Way>
                      label={`Where does ${row.reference} go?`} hideLabel value={ways[row.id] ?? null} onChange={(way) => setWays({ ...ways, [row.id]: way })}
                      options={[{ id: 'backlog', label: 'Backlog' }, { id: 'sprint', label: target?.name ?? 'Next sprint', disabled: target === undefined }]}
                    />
                  </li>
                ))}
              </ul>
              {!carries && <p className="muted">{carrying.why}</p>}
              {carries && target === undefined && <p className="muted">No sprint is planned: plan one first if something is to go into it.</p>}
              {unfinished.length > 2 && (
                <div className="row wrap">
                  <Button look="quiet" onPress={() => all('backlog')}>All to the backlog</Button>
                  {target && <Button look="quiet" onPress={() => all('sprint')}>All into {target.name}</Button>}
                </div>
              )}
            </section>
          )}
        </>
      )}
    </FormDialog>
  );
}

export function CancelDialog({ sprint, onClose }: { sprint: Sprint; onClose: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog<Sprint>
      title={`Cancel ${sprint.name}`} submit="Cancel the sprint" ready={reason.trim() !== ''} allowed={may(sprint.can, 'sprint_cancel')} onClose={onClose}
      save={({ refused }) => act<Sprint>({
        run: () => api.put('/sprints/{sprint}/cancellation', { path: { sprint: sprint.id }, body: { reason: reason.trim() } }), done: `${sprint.name} is cancelled`, refused, refresh: again,
      })}
    >
      {(errorOf) => (
        <>
          <p>What is unfinished goes back to the backlog, to the rank it has. What is done stays done.</p>
          <TextArea label="Why does the goal make no sense any more?" value={reason} onChange={setReason} error={errorOf('reason')} required autoFocus rows={3} help="It is kept with the sprint." />
        </>
      )}
    </FormDialog>
  );
}
