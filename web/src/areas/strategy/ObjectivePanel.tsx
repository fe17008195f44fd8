import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Objective } from '../../api/types';
import { Button, Fact, Facts, formatCount, formatPeriod, Load, may, Section, type SlotProps, useGet, useProduct } from '../../kit';
import { objectivePath } from './actions';
import { KeyResultForm, ObjectiveForm } from './forms';
import { KeyResults } from './KeyResults';
import { StatusMenu } from './StatusMenu';

function Panel({ objective }: { objective: Objective }) {
  const product = useProduct();
  const allowed = may(product.can, 'objectives');
  const [asking, setAsking] = useState<'edit' | 'result' | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      <div className="stack">
        <Facts>
          <Fact label="Status"><StatusMenu objective={objective} /></Fact>
          <Fact label="Period">{objective.period ? formatPeriod(objective.period) : <span className="muted">None</span>}</Fact>
          <Fact label="Worked on by">{formatCount(objective.initiatives, 'initiative')}</Fact>
        </Facts>
        <div><Button icon={Pencil} allowed={allowed} onPress={() => setAsking('edit')}>Edit…</Button></div>
      </div>
      <Section title="Key results" actions={<Button look="quiet" icon={Plus} allowed={allowed} onPress={() => setAsking('result')}>Key result</Button>}>
        {objective.key_results.length === 0 ? <p className="muted">None yet: nobody can tell when this is reached.</p> : <KeyResults objective={objective} history />}
      </Section>
      {asking === 'edit' && <ObjectiveForm objective={objective} onClose={close} />}
      {asking === 'result' && <KeyResultForm objective={objective} onClose={close} />}
    </>
  );
}

/** What only an objective has: its period, its status and its key results. */
export default function ObjectivePanel({ object }: SlotProps) {
  const query = useGet(objectivePath, { path: { objective: object.reference } }, { live: ['initiative'] });
  return <Load query={query} rows={4}>{(objective) => <Panel objective={objective} />}</Load>;
}
