import { useState } from 'react';
import { api } from '../../api/client';
import type { Initiative, Lane } from '../../api/types';
import { act, confidences, FormDialog, formatPeriod, may, parsePeriod, Select, TextArea, TextField, useGet, usePeek, useProduct } from '../../kit';
import { again, initiativePath, initiativesPath } from './actions';
import { lanes } from './lanes';

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
const present = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

function WhyFields({ objective, opportunity, onObjective, onOpportunity }: { objective: string; opportunity: string; onObjective: (id: string) => void; onOpportunity: (id: string) => void }) {
  const path = { product: useProduct().key };
  const objectives = useGet('/products/{product}/objectives', { path }).data?.rows ?? [];
  const opportunities = useGet('/products/{product}/opportunities', { path }).data?.rows ?? [];
  const none = { id: 'none', label: 'None yet' };
  return (
    <div className="roadmap-pair">
      <Select label="Serves the objective" value={objective} onChange={onObjective} options={[none, ...objectives.filter((one) => one.status === 'active').map(({ id, title }) => ({ id, label: title }))]} />
      <Select label="Addresses the opportunity" value={opportunity} onChange={onOpportunity} options={[none, ...opportunities.filter((one) => one.state !== 'done').map(({ id, title }) => ({ id, label: title }))]} />
    </div>
  );
}

/** A new initiative, or the texts, dates and confidence of one. */
export function InitiativeForm({ initiative: given, lane: where = 'later', onClose }: { initiative?: Initiative; lane?: Lane; onClose: () => void }) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [initiative] = useState(given);
  const product = useProduct();
  const { open } = usePeek();
  const [title, setTitle] = useState(initiative?.title ?? '');
  const [problem, setProblem] = useState(initiative?.problem ?? '');
  const [outcome, setOutcome] = useState(initiative?.outcome ?? '');
  const [lane, setLane] = useState<Lane>(initiative?.lane ?? where);
  const [starts, setStarts] = useState(formatPeriod(initiative?.starts ?? ''));
  const [ends, setEnds] = useState(formatPeriod(initiative?.ends ?? ''));
  const [confidence, setConfidence] = useState(initiative?.confidence?.toString() ?? 'none');
  const [objective, setObjective] = useState('none');
  const [opportunity, setOpportunity] = useState('none');
  const fields = {
    title: title.trim(), problem: orNull(problem), outcome: orNull(outcome), starts: orNull(parsePeriod(starts)), ends: orNull(parsePeriod(ends)),
    confidence: confidence === 'none' ? null : Number(confidence),
  };
  const create = () => api.post(initiativesPath, {
    path: { product: product.key },
    body: present({ ...fields, lane, objective: objective === 'none' ? null : objective, opportunity: opportunity === 'none' ? null : opportunity }),
  });
  return (
    <FormDialog<Initiative>
      title={initiative ? `Edit ${initiative.reference}` : 'New initiative'} submit={initiative ? 'Save' : 'Create'} size="large" ready={fields.title !== ''}
      allowed={may(product.can, 'roadmap')} onClose={onClose} onSaved={(saved) => { if (!initiative) open(saved.reference) }}
      save={({ refused, version }) => act<Initiative>({
        run: (back) => (initiative ? api.patch(initiativePath, { path: { initiative: initiative.id }, body: fields, version: back?.version ?? version ?? initiative.version }) : create()),
        done: initiative ? `${initiative.reference} saved` : 'Initiative created', refused, refresh: again,
        undo: initiative && ((now) => {
          const { title: name, problem: why, outcome: what, starts: from, ends: to, confidence: sure } = initiative;
          return api.patch(initiativePath, { path: { initiative: now.id }, body: { title: name, problem: why, outcome: what, starts: from, ends: to, confidence: sure }, version: now.version });
        }),
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Initiative" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus />
          <div className="roadmap-pair">
            <TextArea label="Problem" value={problem} onChange={setProblem} error={errorOf('problem')} rows={3} help="What is wrong today, and for whom?" />
            <TextArea label="Outcome" value={outcome} onChange={setOutcome} error={errorOf('outcome')} rows={3} help="What will be different when it works?" />
          </div>
          <div className="roadmap-quarter">
            {!initiative && <Select label="Lane" value={lane} onChange={(id) => setLane(id as Lane)} options={lanes.map(({ id, name }) => ({ id, label: name }))} />}
            <TextField label="Starts" value={starts} onChange={setStarts} error={errorOf('starts')} placeholder="Q4 2026" />
            <TextField label="Ends" value={ends} onChange={setEnds} error={errorOf('ends')} placeholder="H1 2027" />
            <Select label="Confidence" value={confidence} onChange={setConfidence} options={confidences} error={errorOf('confidence')} />
          </div>
          <p className="muted">A month, a quarter, a half or a year: “Nov 2026”, “Q4 2026”, “H1 2027”. As sure as you are, not surer.</p>
          {!initiative && <WhyFields objective={objective} opportunity={opportunity} onObjective={setObjective} onOpportunity={setOpportunity} />}
        </>
      )}
    </FormDialog>
  );
}
