/** The document gives the vocabulary's words in the server's own casing; what travels is snake_case. */
type Spelled<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? `${Lowercase<First>}${Rest extends Uncapitalize<Rest> ? Spelled<Rest> : `_${Spelled<Rest>}`}`
  : Text;

/** A type of the document as an answer holds it: the server writes every field that can be null. */
export type Written<T> =
  T extends string ? (string extends T ? T : Spelled<T>)
    : T extends number | boolean | null | undefined ? T
      : T extends (infer Each)[] ? Written<Each>[]
        : { [Key in keyof T as null extends T[Key] ? Key : never]-?: Written<Exclude<T[Key], undefined>> }
          & { [Key in keyof T as null extends T[Key] ? never : Key]: Written<T[Key]> };
