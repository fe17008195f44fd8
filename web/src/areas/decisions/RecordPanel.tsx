import { Fact, Facts, formatMoment, Load, Section, type SlotProps, useGet } from '../../kit';
import { recordPath } from './actions';
import { Record } from './Record';
import './decisions.css';

/** The context is the description of the object, further down. */
export default function RecordPanel({ object }: SlotProps) {
  const query = useGet(recordPath, { path: { decision: object.reference } });
  return (
    <Section title="What was decided">
      <Load query={query} rows={3}>
        {(record) => (
          <>
            <Facts><Fact label="By">{record.decided_by?.name ?? 'Somebody'}</Fact><Fact label="When">{formatMoment(record.decided_at)}</Fact></Facts>
            <Record record={record} />
          </>
        )}
      </Load>
    </Section>
  );
}
