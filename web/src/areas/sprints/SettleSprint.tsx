import { type SettleProps, useGet, useProduct } from '../../kit';
import { boardPath, sprintsPath } from './actions';
import { CloseDialog } from './EndDialogs';
import { unfinishedOf } from './sprint';

/** Closes a sprint that is over, from wherever it is listed. */
export default function SettleSprint({ object, onClose }: SettleProps) {
  const product = useProduct();
  const board = useGet(boardPath, { path: { sprint: object.id } });
  const sprints = useGet(sprintsPath, { path: { product: product.key } });
  if (!board.data || !sprints.data) return null;
  return <CloseDialog sprint={board.data.sprint} unfinished={unfinishedOf(board.data)} sprints={sprints.data.rows} onClosed={onClose} onClose={onClose} />;
}
