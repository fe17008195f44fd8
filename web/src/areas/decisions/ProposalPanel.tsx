import { Load, Section, type SlotProps, useGet } from '../../kit';
import { proposalPath } from './actions';
import { Deciding } from './Deciding';
import './decisions.css';

/** The reason is the description of the object, further down. */
export default function ProposalPanel({ object }: SlotProps) {
  const query = useGet(proposalPath, { path: { proposal: object.reference } }, { live: 'all' });
  return <Section title="What it would change"><Load query={query} rows={4}>{(proposal) => <Deciding key={`${proposal.id} ${proposal.version}`} proposal={proposal} bare />}</Load></Section>;
}
