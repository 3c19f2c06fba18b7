/** Options of the argument by which a client may repeat a call (see `oncePerKey`). */
export const repeatable = {
  description: 'Repeating a call with the same value within 24 hours gives the first result.',
} as const
