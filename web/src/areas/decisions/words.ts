/** A piece of a text, and whether the other one lacks it. */
export interface Piece { text: string; changed: boolean }

/** Words, spaces and marks; joined they are the text again. */
const tokens = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_'’]+|[^\s\p{L}\p{N}_'’]/gu) ?? [];

/** The table below grows with the product of the words that differ; beyond it the whole middle counts as changed. */
const most = 1_000_000;

/** Which of the words of each text stand in both, in the same order: the longest common subsequence (Hunt and McIlroy, 1976). */
function common(a: string[], b: string[]): [Set<number>, Set<number>] {
  const kept: [Set<number>, Set<number>] = [new Set(), new Set()];
  if (a.length * b.length > most) return kept;
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1]! + 1 : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      kept[0].add(i);
      kept[1].add(j);
      i += 1;
      j += 1;
    } else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i += 1;
    else j += 1;
  }
  return kept;
}

/** Neighbours become one piece; a space between two words that changed belongs to them. */
function pieces(words: string[], isKept: (index: number) => boolean): Piece[] {
  const found: Piece[] = [];
  const changed = words.map((_, index) => !isKept(index));
  for (const [index, text] of words.entries()) {
    const is = changed[index]! || (/^\s+$/.test(text) && changed[index - 1] === true && changed[index + 1] === true);
    const last = found.at(-1);
    if (last?.changed === is) last.text += text;
    else found.push({ text, changed: is });
  }
  return found;
}

/** The difference of two texts, word by word, as each of them reads. */
export function difference(before: string, after: string): { before: Piece[]; after: Piece[] } {
  const [a, b] = [tokens(before), tokens(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [inA, inB] = common(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const side = (words: string[], kept: Set<number>) => pieces(words, (index) => index < head || index >= words.length - tail || kept.has(index - head));
  return { before: side(a, inA), after: side(b, inB) };
}
