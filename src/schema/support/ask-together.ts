import { setImmediate } from 'node:timers/promises'
import type { GraphQLResolveInfo } from 'graphql'

type Ask<Key, Value> = (key: Key) => Promise<Value>

/** Lets all who ask in the same turn share one read, which gives an answer for each of their keys. */
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
 * What the same field of several parents, with the same arguments, makes and uses together: `make` runs for the first of
 * them. It lasts as long as the operation.
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
