import type { Objective } from '../../api/types';
import { Button, Chip, may, Menu, useProduct } from '../../kit';
import { setStatus, statuses, statusNames } from './actions';

const tones = { active: 'plain', achieved: 'done', missed: 'risk', dropped: 'plain' } as const;

export function StatusMenu({ objective }: { objective: Objective }) {
  const product = useProduct();
  const allowed = may(product.can, 'objectives');
  return (
    <Menu label={`Status of ${objective.reference}`} entries={statuses.map((status) => ({ id: status, label: statusNames[status], allowed, onChoose: () => void setStatus(objective, status) }))}>
      <Button look="quiet"><span className="only-heard">Status: </span><Chip tone={tones[objective.status]}>{statusNames[objective.status]}</Chip></Button>
    </Menu>
  );
}
