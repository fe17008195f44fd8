import { Ways } from '../../kit';

/** The roadmap as it is planned, and what was promised of it. */
export function Views({ value }: { value: 'lanes' | 'promises' }) {
  return <Ways label="What to show" turns="Roadmap: do" value={value} ways={[{ id: 'lanes', label: 'Lanes', query: {} }, { id: 'promises', label: 'Promises', query: { tab: 'promises' } }]} />;
}
