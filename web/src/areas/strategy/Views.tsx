import { Ways } from '../../kit';

/** What is to be reached, and what the effort is meant for. */
export function Views({ value }: { value: 'objectives' | 'themes' }) {
  return <Ways label="What to show" turns="Objectives: do" value={value} ways={[{ id: 'objectives', label: 'Objectives', query: {} }, { id: 'themes', label: 'Themes', query: { tab: 'themes' } }]} />;
}
