import type { MaybePromise } from '@pothos/core'
import type { GraphQLField } from 'graphql'
import type { GraphQLContext } from '../context.ts'
import type { SharedReads } from './shared-reads.ts'

/**
 * The shared reads of one query: what was read once is there at once, without a promise for each row that needs it. Not for
 * mutations, whose later fields must see what earlier ones changed.
 */
export function readOnce(reads: SharedReads): SharedReads {
  return {
    ...reads,
    customFields: once(reads.customFields),
    connection: once(reads.connection),
    origin: once(reads.origin),
  }
}

function once<Args extends readonly string[], T>(read: (...args: Args) => MaybePromise<T>) {
  const known = new Map<string, { value: MaybePromise<T> }>()
  return (...args: Args): MaybePromise<T> => {
    const key = args.join()
    const found = known.get(key)
    if (found !== undefined) return found.value
    const entry: { value: MaybePromise<T> } = { value: read(...args) }
    known.set(key, entry)
    if (entry.value instanceof Promise) {
      entry.value = entry.value.then((value: T) => {
        entry.value = value
        return value
      })
    }
    return entry.value
  }
}

type Ahead = (context: GraphQLContext) => unknown

/** Declares what a field reads for the whole workspace, so that a query can begin with it: `extensions: ahead(…)`. */
export function ahead(read: Ahead): { readonly ahead: Ahead } {
  return { ahead: read }
}

/** What to read as soon as the field is known to be selected. Its result and its failure are for the field itself. */
export function aheadOf({ extensions }: GraphQLField<unknown, unknown>): Ahead | null {
  return (extensions.ahead as Ahead | undefined) ?? null
}
