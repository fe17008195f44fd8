import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { type HTMLAttributes, useState } from 'react';
import type { KeyResult, Objective } from '../../api/types';
import { Button, formatDate, HealthMark, IconButton, may, Menu, PersonBadge, Progress, useProduct } from '../../kit';
import { Trend } from '../../kit/Chart';
import { deleteKeyResult } from './actions';
import { CheckInForm, DeleteKeyResult, KeyResultForm } from './forms';
import { formatValue, healthOf, readings, shareOf } from './measure';
import './objectives.css';

export type Asked = 'check-in' | 'edit' | 'delete';

/** The dialogs about a key result, wherever it is shown. */
export function KeyResultDialog({ asked, objective, result, onClose }: { asked: Asked; objective: Objective; result: KeyResult; onClose: () => void }) {
  const common = { objective, result, onClose };
  if (asked === 'check-in') return <CheckInForm {...common} />;
  return asked === 'edit' ? <KeyResultForm {...common} /> : <DeleteKeyResult {...common} />;
}

function History({ result }: { result: KeyResult }) {
  return (
    <details className="key-result-history">
      <summary>Check-ins</summary>
      <table className="strategy-table">
        <thead><tr><th>Day</th><th>Value</th><th>Confidence</th><th>By</th><th>Note</th></tr></thead>
        <tbody>
          {result.history.toSorted((a, b) => b.at.localeCompare(a.at)).map(({ at, value, confidence, note, by }) => (
            <tr key={at}><td className="number">{formatDate(at)}</td><td className="number">{formatValue(value, result.unit)}</td><td className="number">{confidence ?? '–'}</td><td><PersonBadge person={by} /></td><td>{note}</td></tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface Props {
  objective: Objective;
  /** Makes the rows part of the page's cursor. */
  rowProps?: (id: string) => HTMLAttributes<HTMLLIElement>;
  /** Shows every check-in as a table. */
  history?: boolean;
}

/** Each key result: from where, to where, how far, and how sure. */
export function KeyResults({ objective, rowProps, history }: Props) {
  const product = useProduct();
  const allowed = may(product.can, 'objectives');
  const [asking, setAsking] = useState<{ asked: Asked; id: string } | null>(null);
  const asked = objective.key_results.find((result) => result.id === asking?.id);
  return (
    <div className="key-results">
      <ul>
        {objective.key_results.map((result) => {
          const { id, title, unit, baseline, current, target, confidence } = result;
          const [from, at, to] = [baseline, current, target].map((value) => formatValue(value, unit));
          const share = shareOf(result);
          return (
            <li key={id} {...rowProps?.(id)} className={rowProps ? 'key-result cursor-row' : 'key-result'}>
              <span className="key-result-title"><span className="key-result-mark" aria-hidden>▲</span>{title}</span>
              <span className="key-result-trend">{result.history.length > 0 && <Trend values={readings(result)} target={target} label={`From ${from} to ${at}; target ${to}`} />}</span>
              <span className="key-result-progress">
                <span className="number">{unit !== 'yes_no' && <span className="muted">{from} → </span>}<strong>{at}</strong>{unit !== 'yes_no' && <span className="muted"> of {to}</span>}</span>
                <Progress share={share} label={`${Math.round(share * 100)} % of the way`} />
              </span>
              <span className="key-result-health"><HealthMark health={healthOf(confidence)} />{confidence !== null && <span className="number muted"> {confidence}/10</span>}</span>
              <span className="key-result-tools cursor-over no-print">
                <Button look="quiet" allowed={allowed} onPress={() => setAsking({ asked: 'check-in', id })}>Check in</Button>
                <Menu
                  label={`${title}: more`}
                  entries={[
                    { id: 'edit', label: 'Edit…', icon: Pencil, allowed, onChoose: () => setAsking({ asked: 'edit', id }) },
                    { id: 'delete', label: result.history.length > 0 ? 'Delete…' : 'Delete', icon: Trash2, danger: true, allowed, onChoose: () => { if (result.history.length > 0) setAsking({ asked: 'delete', id }); else void deleteKeyResult(objective, result) } },
                  ]}
                >
                  <IconButton icon={Ellipsis} label={`More about “${title}”`} />
                </Menu>
              </span>
              {history && result.history.length > 0 && <History result={result} />}
            </li>
          );
        })}
      </ul>
      {asking && asked && <KeyResultDialog asked={asking.asked} objective={objective} result={asked} onClose={() => setAsking(null)} />}
    </div>
  );
}
