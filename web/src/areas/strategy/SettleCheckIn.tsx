import { useState } from 'react';
import { type SettleProps, useGet } from '../../kit';
import { objectivePath } from './actions';
import { CheckInForm } from './forms';
import { longestUnread } from './measure';

/** Checks in on the key result of an objective that was read longest ago, from wherever the objective is listed. */
export default function SettleCheckIn({ object, onClose }: SettleProps) {
  const { data: objective } = useGet(objectivePath, { path: { objective: object.id } });
  // The one it opened with: the check-in itself makes another the next.
  const [chosen, setChosen] = useState<string>();
  const result = objective?.key_results.find(({ id }) => id === chosen) ?? (objective && longestUnread(objective.key_results));
  if (result && chosen === undefined) setChosen(result.id);
  return objective && result ? <CheckInForm objective={objective} result={result} onClose={onClose} /> : null;
}
