import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Problem } from '../../api/client';
import type { Category, WorkflowState } from '../../api/types';
import { act, Button, categoryNames, IconButton, Load, may, Select, StatusGlyph, TextField, useGet, useProduct } from '../../kit';

const workflowPath = '/products/{product}/workflow';
const categories = (Object.entries(categoryNames) as [Category, string][]).map(([id, label]) => ({ id, label, icon: <StatusGlyph category={id} bare /> }));

interface Draft { id: number; name: string; category: Category; limit: string }

const draftOf = (states: WorkflowState[]): Draft[] => states.map(({ name, category, wip_limit: limit }, id) => ({ id, name, category, limit: limit?.toString() ?? '' }));
const statesOf = (draft: Draft[]): WorkflowState[] => draft.map(({ name, category, limit }) => ({ name: name.trim(), category, wip_limit: limit.trim() === '' ? null : Number(limit) }));

function Editor({ states }: { states: WorkflowState[] }) {
  const product = useProduct();
  const allowed = may(product.can, 'workflow');
  const [draft, setDraft] = useState<Draft[]>(() => draftOf(states));
  const [problem, setProblem] = useState<Problem | null>(null);
  const dirty = JSON.stringify(statesOf(draft)) !== JSON.stringify(statesOf(draftOf(states)));
  const change = (id: number, changes: Partial<Draft>) => setDraft(draft.map((state) => (state.id === id ? { ...state, ...changes } : state)));
  const move = (index: number, by: 1 | -1) => {
    const next = [...draft];
    const [state] = next.splice(index, 1);
    next.splice(index + by, 0, state!);
    setDraft(next);
  };
  const put = (rows: WorkflowState[]) => api.put(workflowPath, { path: { product: product.key }, body: { rows } });
  const save = async () => {
    setProblem(null);
    await act({
      run: () => put(statesOf(draft)), done: 'Workflow saved', undo: () => put(statesOf(draftOf(states))), refresh: [workflowPath, '/sprints/{sprint}/board', '/products/{product}/items'],
      refused: (refusal) => {
        if (refusal.status !== 422 && refusal.status !== 409) return false;
        setProblem(refusal);
        return true;
      },
    });
  };
  const errorOf = (index: number, field: string) => (problem?.body.field === `rows[${index}].${field}` ? problem.message : undefined);
  const placed = problem !== null && draft.some((_, index) => ['name', 'wip_limit', 'category'].some((field) => errorOf(index, field) !== undefined));
  return (
    <div className="stack">
      <p className="muted">States are the columns of the board, from left to right. The category says what a state means, whatever it is called; a limit makes the board warn when too much is in it at once.</p>
      <ol className="workflow">
        {draft.map((state, index) => (
          <li key={state.id} className="workflow-row">
            <span className="workflow-glyph"><StatusGlyph category={state.category} bare /></span>
            <TextField label="State" hideLabel={index > 0} value={state.name} onChange={(name) => change(state.id, { name })} error={errorOf(index, 'name')} allowed={allowed} />
            <Select label="Means" hideLabel={index > 0} value={state.category} onChange={(category) => change(state.id, { category: category as Category })} options={categories} allowed={allowed} />
            <TextField label="Limit" hideLabel={index > 0} type="number" min={1} max={1000} value={state.limit} onChange={(limit) => change(state.id, { limit })} error={errorOf(index, 'wip_limit')} allowed={allowed} placeholder="none" />
            <span className="workflow-tools">
              <IconButton icon={ArrowUp} label={`${state.name} further left`} allowed={allowed} disabled={index === 0} onPress={() => move(index, -1)} />
              <IconButton icon={ArrowDown} label={`${state.name} further right`} allowed={allowed} disabled={index === draft.length - 1} onPress={() => move(index, 1)} />
              <IconButton icon={Trash2} label={`Remove ${state.name}`} allowed={allowed} onPress={() => setDraft(draft.filter((other) => other.id !== state.id))} />
            </span>
          </li>
        ))}
      </ol>
      {problem && !placed && <p className="field-error" role="alert">{problem.message}</p>}
      <div className="row wrap">
        <Button icon={Plus} allowed={allowed} onPress={() => setDraft([...draft, { id: performance.now(), name: '', category: 'in_progress', limit: '' }])}>State</Button>
        <span className="grow" />
        {dirty && <Button onPress={() => { setDraft(draftOf(states)); setProblem(null) }}>Discard</Button>}
        <Button look="primary" allowed={allowed} disabled={!dirty || draft.some((state) => state.name.trim() === '')} onPress={() => void save()}>Save the workflow</Button>
      </div>
    </div>
  );
}

export function WorkflowTab() {
  const product = useProduct();
  const query = useGet(workflowPath, { path: { product: product.key } });
  // What others save meanwhile is taken in by beginning anew from it.
  return <Load query={query} rows={6}>{({ rows }) => <Editor key={JSON.stringify(rows)} states={rows} />}</Load>;
}
