import type { Person } from '../../api/types';

/** An `@` that ends no word, and what of a name stands after it, up to the caret. */
export interface Mention { from: number; query: string }

const most = 6;

export function mentionAt(text: string, caret: number): Mention | null {
  const found = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}'’. -]{0,40})$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1]!.length - 1, query: found[1]! } : null;
}

/** Whose name, or a part of it, begins like that. */
export function meant(people: Person[], query: string): Person[] {
  const needle = query.toLowerCase();
  const begins = ({ name }: Person) => {
    const lower = name.toLowerCase();
    return lower.startsWith(needle) || lower.split(/\s+/).some((part) => part.startsWith(needle));
  };
  return people.filter((person) => person.name.toLowerCase() !== needle && begins(person)).slice(0, most);
}

/** The text with the whole name in it, and where the caret stands then. */
export function withMention(text: string, { from }: Mention, caret: number, { name }: Person): { text: string; caret: number } {
  const rest = text.slice(caret);
  const written = `@${name}${/^\s/.test(rest) ? '' : ' '}`;
  return { text: text.slice(0, from) + written + rest, caret: from + written.length };
}
