import { Link2, Pencil } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../../api/client';
import type { Initiative, Lane, Stub } from '../../api/types';
import { act, Button, ChooseObject, confidences, Fact, Facts, formatCount, itemKinds, Load, may, Menu, ObjectLink, Progress, type SlotProps, useGet, useProduct } from '../../kit';
import { again, initiativePath } from './actions';
import { InitiativeForm } from './InitiativeForm';
import { formatWindow, laneName, lanes } from './lanes';
import './roadmap.css';

function Panel({ initiative }: { initiative: Initiative }) {
  const product = useProduct();
  const allowed = may(product.can, 'roadmap');
  const [asking, setAsking] = useState<'edit' | 'why' | null>(null);
  const anchor = useRef<HTMLDivElement>(null);
  const { id, reference, lane, confidence, problem, outcome, objective, opportunity, voices, items, starts, ends } = initiative;
  const path = { initiative: id };
  const toLane = (to: Lane) => api.put('/initiatives/{initiative}/place', { path, body: { lane: to } });
  const sure = (to: number | null, at: number) => api.patch(initiativePath, { path, body: { confidence: to }, version: at });
  const link = (hit: Pick<Stub, 'id' | 'kind' | 'reference'>) => void act({
    run: () => api.post('/objects/{object}/links', { path: { object: id }, body: { relation: hit.kind === 'objective' ? 'serves' : 'addresses', to: hit.id } }),
    done: `${reference} linked to ${hit.reference}`, undo: (made) => api.del('/links/{link}', { path: { link: made.id } }),
    refresh: [...again, '/objects/{object}/why', '/objects/{object}/links'],
  });
  return (
    <div className="stack" ref={anchor}>
      <Facts>
        <Fact label="Lane">
          <Menu
            label="Lane"
            entries={lanes.map((one) => ({
              id: one.id, label: one.name, allowed,
              onChoose: () => void act({ run: () => toLane(one.id), done: `${reference} moved to ${one.name}`, undo: () => toLane(lane), refresh: again }),
            }))}
          >
            <Button look="quiet">{laneName(lane)}</Button>
          </Menu>
        </Fact>
        <Fact label="When">{formatWindow(starts, ends) ?? <span className="muted">Not said</span>}</Fact>
        <Fact label="Confidence">
          <Menu
            label="Confidence"
            entries={confidences.map((one) => ({
              id: one.id, label: one.label, allowed,
              onChoose: () => void act<Initiative>({
                run: (now = initiative) => sure(one.id === 'none' ? null : Number(one.id), now.version), done: `Confidence of ${reference}: ${one.label.toLowerCase()}`,
                undo: (now) => sure(confidence, now.version), refresh: again,
              }),
            }))}
          >
            <Button look="quiet">{confidence === null ? 'Not said' : `${confidence} of 10`}</Button>
          </Menu>
        </Fact>
        <Fact label="Voices">{formatCount(voices, 'voice')}</Fact>
        <Fact label="Work">{items.total === 0 ? <span className="muted">None yet</span> : <><span className="number">{items.done} of {items.total} done</span><Progress share={items.done / items.total} label={`${items.done} of ${items.total} items done`} /></>}</Fact>
        <Fact label="Problem" wide>{problem === null || problem === '' ? <span className="muted">Not said yet</span> : problem}</Fact>
        <Fact label="Outcome" wide>{outcome === null || outcome === '' ? <span className="muted">Not said yet</span> : outcome}</Fact>
        <Fact label="Objective" wide>{objective ? <ObjectLink object={objective} /> : <span className="muted">None linked</span>}</Fact>
        <Fact label="Opportunity" wide>{opportunity ? <ObjectLink object={opportunity} /> : <span className="muted">None linked</span>}</Fact>
      </Facts>
      <div className="row wrap">
        <Button icon={Pencil} allowed={allowed} onPress={() => setAsking('edit')}>Edit…</Button>
        <Button icon={Link2} allowed={may(product.can, 'link')} onPress={() => setAsking('why')}>Link a why…</Button>
      </div>
      {asking === 'edit' && <InitiativeForm initiative={initiative} onClose={() => setAsking(null)} />}
      {asking === 'why' && <ChooseObject title={`Why ${reference}?`} anchor={anchor} allowed={may(product.can, 'link')} kinds={['objective', 'opportunity']} onChoose={link} onClose={() => setAsking(null)} />}
    </div>
  );
}

/** What only an initiative has: its problem and outcome, where it stands and how sure it is. */
export default function InitiativePanel({ object }: SlotProps) {
  const query = useGet(initiativePath, { path: { initiative: object.reference } }, { live: ['feedback', 'objective', 'opportunity', ...itemKinds] });
  return <Load query={query} rows={4}>{(initiative) => <Panel initiative={initiative} />}</Load>;
}
