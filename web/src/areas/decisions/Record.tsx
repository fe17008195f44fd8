import type { ReactNode } from 'react';
import type { DecisionRecord } from '../../api/types';
import { ObjectLink } from '../../kit';

function Told({ label, children }: { label: string; children: ReactNode }) {
  return <div className="record-part"><dt>{label}</dt><dd>{children}</dd></div>;
}

/** What there was to choose from, what was chosen, and what it touches; `children` stand before it. */
export function Record({ record: { options, choice, concerns, proposal }, children }: { record: DecisionRecord; children?: ReactNode }) {
  return (
    <dl className="record">
      {children !== undefined && <Told label="Context">{children}</Told>}
      {options !== '' && <Told label="Options"><p className="record-text">{options}</p></Told>}
      <Told label="Choice"><p className="record-text record-choice">{choice}</p></Told>
      {concerns.length > 0 && <Told label="Touches">{concerns.map((stub) => <ObjectLink key={stub.id} object={stub} />)}</Told>}
      {proposal && <Told label="Proposal"><ObjectLink object={proposal} /></Told>}
    </dl>
  );
}
