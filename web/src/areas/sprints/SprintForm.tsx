import { useState } from 'react';
import { api } from '../../api/client';
import type { Sprint } from '../../api/types';
import { act, allOf, FormDialog, may, Select, TextArea, TextField, useGet, useProduct } from '../../kit';
import { again, sprintPath, sprintsPath } from './actions';
import { nextDates } from './sprint';

interface Props { sprint?: Sprint; sprints: Sprint[]; onSaved?: (sprint: Sprint) => void; onClose: () => void }

const none = { id: 'none', label: 'None' };

/** A new sprint, or the name, goal, dates and capacity of one. */
export function SprintForm({ sprint: given, sprints, onSaved, onClose }: Props) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [sprint] = useState(given);
  const product = useProduct();
  const [dates] = useState(() => sprint ?? nextDates(sprints));
  const [name, setName] = useState(sprint?.name ?? '');
  const [goal, setGoal] = useState(sprint?.goal ?? '');
  const [starts, setStarts] = useState(dates.starts);
  const [ends, setEnds] = useState(dates.ends);
  const [capacity, setCapacity] = useState(sprint?.capacity?.toString() ?? '');
  const [objective, setObjective] = useState('none');
  const objectives = useGet('/products/{product}/objectives', { path: { product: product.key } }, { enabled: sprint === undefined }).data?.rows ?? [];
  const can = sprint?.can ?? product.can;
  const fields = { goal: goal.trim(), starts, ends, capacity: capacity.trim() === '' ? null : Number(capacity.replace(',', '.')) };
  const create = () => api.post(sprintsPath, {
    path: { product: product.key },
    body: { ...fields, ...(name.trim() === '' ? {} : { name: name.trim() }), ...(objective === 'none' ? {} : { objective }) },
  });
  // Only what was changed is sent: the goal is another decision than the dates.
  const changes = sprint && Object.fromEntries(
    Object.entries({ ...fields, name: name.trim() }).filter(([field, value]) => value !== (sprint[field as keyof Sprint] ?? (field === 'goal' ? '' : null))),
  );
  const needs = (field: string) => may(can, field === 'goal' ? 'sprint_goal' : 'sprint_run');
  const allowed = changes ? allOf(...Object.keys(changes).map(needs)) : needs('starts');
  const edit = (one: Sprint, version: number, body: object) => api.patch(sprintPath, { path: { sprint: one.id }, body, version });
  return (
    <FormDialog<Sprint>
      title={sprint ? `Edit ${sprint.name}` : 'New sprint'} submit={sprint ? 'Save' : 'Create'} allowed={allowed} onClose={onClose} onSaved={onSaved}
      ready={starts !== '' && ends !== '' && (!sprint || name.trim() !== '') && !Number.isNaN(fields.capacity)}
      save={({ refused, version }) => act<Sprint>({
        run: (back) => (sprint ? edit(sprint, back?.version ?? version ?? sprint.version, changes ?? {}) : create()),
        done: sprint ? `${sprint.name} saved` : 'Sprint created', refused, refresh: again,
        undo: sprint && ((now) => edit(sprint, now.version, Object.fromEntries(Object.keys(changes ?? {}).map((field) => [field, sprint[field as keyof Sprint] ?? (field === 'goal' ? '' : null)])))),
      })}
    >
      {(errorOf) => (
        <>
          <TextArea
            label="Goal" value={goal} onChange={setGoal} error={errorOf('goal')} rows={2} autoFocus allowed={sprint && needs('goal')}
            help="What will be possible at the end that is not possible now? One sentence the whole team can repeat."
          />
          <div className="sprint-form-pair">
            <TextField label="Starts" type="date" value={starts} onChange={setStarts} error={errorOf('starts')} required allowed={sprint && needs('starts')} />
            <TextField label="Ends" type="date" value={ends} onChange={setEnds} error={errorOf('ends')} required allowed={sprint && needs('starts')} />
          </div>
          <div className="sprint-form-pair">
            <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} required={sprint !== undefined} help={sprint ? undefined : 'Numbered by itself when left empty.'} allowed={sprint && needs('starts')} />
            <TextField label="Capacity in points" type="number" min={0} step="any" value={capacity} onChange={setCapacity} error={errorOf('capacity')} help="What the team can take on." allowed={sprint && needs('starts')} />
          </div>
          {!sprint && objectives.length > 0 && (
            <Select
              label="Serves the objective" value={objective} onChange={setObjective} error={errorOf('objective')}
              options={[none, ...objectives.filter((one) => one.status === 'active').map(({ id, title }) => ({ id, label: title }))]}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
