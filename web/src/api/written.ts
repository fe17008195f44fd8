/** A type of the document as an answer holds it: the server writes every field that can be null. */
export type Written<T> =
  T extends string | number | boolean | null | undefined ? T
    : T extends (infer Each)[] ? Written<Each>[]
      : { [Key in keyof T as null extends T[Key] ? Key : never]-?: Written<Exclude<T[Key], undefined>> }
        & { [Key in keyof T as null extends T[Key] ? never : Key]: Written<T[Key]> };
