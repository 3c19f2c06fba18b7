/** Options of the argument that lets a client repeat a call safely (see `oncePerKey`). */
export const repeatable = {
  description:
    'Key that makes the call safe to repeat. A call with the same key within 24 hours returns the first result.',
} as const
