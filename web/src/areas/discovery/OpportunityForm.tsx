import { useState } from 'react';
import { api } from '../../api/client';
import type { Opportunity } from '../../api/types';
import { act, FormDialog, may, Select, TextArea, TextField, useGet, usePeek, useProduct } from '../../kit';
import { again, needs, opportunitiesPath, opportunityPath } from './actions';

interface Props { opportunity?: Opportunity; parent?: Opportunity; objective?: string; onClose: () => void }

export function OpportunityForm({ opportunity: given, parent, objective: under, onClose }: Props) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [opportunity] = useState(given);
  const product = useProduct();
  const { open } = usePeek();
  const path = { product: product.key };
  const objectives = useGet('/products/{product}/objectives', { path }).data?.rows ?? [];
  const [title, setTitle] = useState(opportunity?.title ?? '');
  const [body, setBody] = useState(opportunity?.body ?? '');
  const [need, setNeed] = useState<Opportunity['need']>(opportunity?.need ?? 'pain');
  const [objective, setObjective] = useState(under ?? 'none');
  const fields = { title: title.trim(), body, need };
  const place = parent ? { parent: parent.id } : objective === 'none' ? {} : { objective };
  return (
    <FormDialog<Opportunity>
      title={opportunity ? `Edit ${opportunity.reference}` : parent ? `New opportunity below ${parent.reference}` : 'New opportunity'} submit={opportunity ? 'Save' : 'Create'}
      ready={fields.title !== ''} allowed={may(product.can, 'opportunities')} onClose={onClose} onSaved={(saved) => { if (!opportunity) open(saved.reference) }}
      save={({ refused, version }) => act<Opportunity>({
        run: (back) => (opportunity
          ? api.patch(opportunityPath, { path: { opportunity: opportunity.id }, body: fields, version: back?.version ?? version ?? opportunity.version })
          : api.post(opportunitiesPath, { path, body: { ...fields, ...place } })),
        done: opportunity ? `${opportunity.reference} saved` : 'Opportunity created', refused, refresh: again,
        undo: opportunity && ((now) => api.patch(opportunityPath, { path: { opportunity: now.id }, body: { title: opportunity.title, body: opportunity.body, need: opportunity.need }, version: now.version })),
      })}
    >
      {(errorOf) => (
        <>
          {parent && <p className="muted">Below “{parent.title}”</p>}
          <TextField label="Opportunity" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus help="In the words of the people who have it: “I only learn of a lost event from my customer”." />
          <Select label="It is a" value={need} onChange={(id) => setNeed(id as Opportunity['need'])} options={needs.map(({ id, label, means }) => ({ id, label: `${label}: ${means}` }))} error={errorOf('need')} />
          {!opportunity && !parent && (
            <Select
              label="Leads to the objective" value={objective} onChange={setObjective} error={errorOf('objective')}
              options={[{ id: 'none', label: 'None yet' }, ...objectives.filter((one) => one.status === 'active' || one.id === under).map((one) => ({ id: one.id, label: one.title }))]}
            />
          )}
          <TextArea label="What is known" value={body} onChange={setBody} error={errorOf('body')} rows={4} />
        </>
      )}
    </FormDialog>
  );
}
