import type { VisionContent } from '../../api/types';

interface BoardPart { id: keyof VisionContent; name: string; asks: string }

/** The Product Vision Board: the statement, and the four questions under it. */
export const statement: BoardPart = { id: 'statement', name: 'Vision', asks: 'Why does the product exist? What change for the better does it bring?' };
export const boardParts: BoardPart[] = [
  { id: 'target_group', name: 'Target group', asks: 'Which market does it address? Who uses it, and who buys it?' },
  { id: 'needs', name: 'Needs', asks: 'Which problem does it solve? Which benefit does it bring?' },
  { id: 'product', name: 'Product', asks: 'What is it? What makes it stand out, and can it be built?' },
  { id: 'business_goals', name: 'Business goals', asks: 'How does it help the company? What are the goals?' },
];

export const emptyBoard: VisionContent = { statement: '', target_group: '', needs: '', product: '', business_goals: '' };

/** The five texts, in one order, without what else came along. */
export function contentOf({ statement, target_group, needs, product, business_goals }: VisionContent): VisionContent {
  return { statement, target_group, needs, product, business_goals };
}

/** The parts that two boards say differently. */
export function changed(before: VisionContent, after: VisionContent): (keyof VisionContent)[] {
  return [statement, ...boardParts].map((part) => part.id).filter((id) => before[id].trim() !== after[id].trim());
}
