/** How sure one is, for a list of choices. */
export const confidences = [
  { id: 'none', label: 'Not said' },
  ...Array.from({ length: 11 }, (_, index) => ({ id: String(10 - index), label: `${10 - index} of 10` })),
];
