import { Pencil, Plus, Shapes } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Objective } from '../../api/types';
import { Button, ChooseObject, Fact, Facts, formatCount, formatPeriod, Load, may, ObjectLink, Section, type SlotProps, useGet, useProduct } from '../../kit';
import { objectivePath } from './actions';
import { KeyResultForm, ObjectiveForm } from './forms';
import { KeyResults } from './KeyResults';
import { StatusMenu } from './StatusMenu';
import { advance } from './themes';

function Panel({ objective }: { objective: Objective }) {
  const product = useProduct();
  const allowed = may(product.can, 'objectives');
  const [asking, setAsking] = useState<'edit' | 'result' | 'theme' | null>(null);
  const anchor = useRef<HTMLDivElement>(null);
  const close = () => setAsking(null);
  return (
    <>
      <div className="stack">
        <Facts>
          <Fact label="Status"><StatusMenu objective={objective} /></Fact>
          <Fact label="Period">{objective.period ? formatPeriod(objective.period) : <span className="muted">None</span>}</Fact>
          <Fact label="Worked on by">{formatCount(objective.initiatives, 'initiative')}</Fact>
          <Fact label="Themes" wide>{objective.themes.length === 0 ? <span className="muted">Advances none</span> : objective.themes.map((theme) => <ObjectLink key={theme.id} object={theme} />)}</Fact>
        </Facts>
        <div className="row wrap" ref={anchor}>
          <Button icon={Pencil} allowed={allowed} onPress={() => setAsking('edit')}>Edit…</Button>
          <Button icon={Shapes} allowed={may(product.can, 'link')} onPress={() => setAsking('theme')}>Advance a theme…</Button>
        </div>
      </div>
      <Section title="Key results" actions={<Button look="quiet" icon={Plus} allowed={allowed} onPress={() => setAsking('result')}>Key result</Button>}>
        {objective.key_results.length === 0 ? <p className="muted">None yet: nobody can tell when this is reached.</p> : <KeyResults objective={objective} history />}
      </Section>
      {asking === 'edit' && <ObjectiveForm objective={objective} onClose={close} />}
      {asking === 'result' && <KeyResultForm objective={objective} onClose={close} />}
      {asking === 'theme' && <ChooseObject title={`Which theme does ${objective.reference} advance?`} anchor={anchor} allowed={may(product.can, 'link')} kinds={['theme']} onChoose={(theme) => void advance(objective, theme)} onClose={close} />}
    </>
  );
}

/** What only an objective has: its period, its status and its key results. */
export default function ObjectivePanel({ object }: SlotProps) {
  const query = useGet(objectivePath, { path: { objective: object.reference } }, { live: ['initiative', 'theme'] });
  return <Load query={query} rows={4}>{(objective) => <Panel objective={objective} />}</Load>;
}
