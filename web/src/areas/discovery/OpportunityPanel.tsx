import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Opportunity } from '../../api/types';
import { Button, Chip, Fact, Facts, formatCount, Load, may, Menu, ObjectLink, type SlotProps, useGet, useProduct } from '../../kit';
import { change, needName, needs, opportunitiesPath, opportunityPath, stateNames, states, tones } from './actions';
import { OpportunityForm } from './OpportunityForm';

function Panel({ opportunity }: { opportunity: Opportunity }) {
  const product = useProduct();
  const all = useGet(opportunitiesPath, { path: { product: product.key } }, { live: ['opportunity'] }).data?.rows ?? [];
  const allowed = may(product.can, 'opportunities');
  const [asking, setAsking] = useState<'edit' | 'below' | null>(null);
  const { reference, need, state, objective, voices, initiatives, parent_id: parentId } = opportunity;
  const parent = all.find(({ id }) => id === parentId);
  const below = all.filter(({ parent_id: above }) => above === opportunity.id);
  return (
    <div className="stack">
      <Facts>
        <Fact label="State">
          <Menu label="State" entries={states.map((id) => ({ id, label: stateNames[id], allowed, onChoose: () => void change(opportunity, { state: id }, `${reference} is ${stateNames[id].toLowerCase()}`) }))}>
            <Button look="quiet"><Chip tone={tones[state]}>{stateNames[state]}</Chip></Button>
          </Menu>
        </Fact>
        <Fact label="It is a">
          <Menu label="It is a" entries={needs.map(({ id, label }) => ({ id, label, allowed, onChoose: () => void change(opportunity, { need: id }, `${reference} is a ${id}`) }))}>
            <Button look="quiet">{needName(need)}</Button>
          </Menu>
        </Fact>
        <Fact label="Voices">{formatCount(voices, 'voice')}</Fact>
        <Fact label="Addressed by">{formatCount(initiatives, 'initiative')}</Fact>
        <Fact label="Objective" wide>{objective ? <ObjectLink object={objective} /> : <span className="muted">None linked</span>}</Fact>
        {parent && <Fact label="Below" wide><ObjectLink object={{ ...parent, kind: 'opportunity', state: undefined }} /></Fact>}
        {below.length > 0 && <Fact label="Smaller opportunities" wide><ul>{below.map((one) => <li key={one.id}><ObjectLink object={{ ...one, kind: 'opportunity', state: undefined }} /></li>)}</ul></Fact>}
      </Facts>
      <div className="row wrap">
        <Button icon={Pencil} allowed={allowed} onPress={() => setAsking('edit')}>Edit…</Button>
        <Button icon={Plus} allowed={allowed} onPress={() => setAsking('below')}>Smaller opportunity…</Button>
      </div>
      {asking === 'edit' && <OpportunityForm opportunity={opportunity} onClose={() => setAsking(null)} />}
      {asking === 'below' && <OpportunityForm parent={opportunity} onClose={() => setAsking(null)} />}
    </div>
  );
}

/** What only an opportunity has: what it is, where it hangs in the tree, and who speaks for it. */
export default function OpportunityPanel({ object }: SlotProps) {
  const query = useGet(opportunityPath, { path: { opportunity: object.reference } }, { live: ['opportunity', 'feedback', 'objective', 'initiative'] });
  return <Load query={query} rows={4}>{(opportunity) => <Panel opportunity={opportunity} />}</Load>;
}
