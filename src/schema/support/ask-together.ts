import { setImmediate } from 'node:timers/promises'
import type { GraphQLResolveInfo } from 'graphql'

type Ask<Key, Value> = (key: Key) => Promise<Value>

/** Batches all keys that are requested in the same turn of the event loop into one read. */
export function batchReads<Key, Value>(read: (keys: Key[]) => Promise<(key: Key) => Value>): Ask<Key, Value> {
  let waiting: { readonly keys: Key[]; readonly answers: Promise<(key: Key) => Value> } | null = null
  return async (key) => {
    if (waiting === null) {
      const keys: Key[] = []
      const answers = (async () => {
        await setImmediate()
        waiting = null
        return read(keys)
      })()
      waiting = { keys, answers }
    }
    const { keys, answers } = waiting
    keys.push(key)
    return (await answers)(key)
  }
}

const shared = new WeakMap<object, Map<string, unknown>>()

/**
 * Returns a value that the same field of several parents shares, if its arguments are the same. `make` runs only once per
 * operation.
 */
export function together<T>(context: object, info: GraphQLResolveInfo, args: unknown, make: () => T): T {
  const path: string[] = []
  for (let step: GraphQLResolveInfo['path'] | undefined = info.path; step !== undefined; step = step.prev) {
    if (typeof step.key === 'string') path.push(step.key)
  }
  const key = JSON.stringify([path, args])
  const ofOperation = shared.get(context) ?? new Map<string, unknown>()
  shared.set(context, ofOperation)
  if (!ofOperation.has(key)) ofOperation.set(key, make())
  return ofOperation.get(key) as T
}
