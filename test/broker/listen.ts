import type { Broker } from '../../src/broker/broker.ts'
import { cleanUp } from '../support/clean-up.ts'

/** Subscribes to a workspace's runs. `next` returns the next announcement. */
export async function listen(broker: Broker, workspaceId: string) {
  const abort = new AbortController()
  cleanUp(() => abort.abort())
  const heard = await broker.announcements.subscribe('run-progressed', workspaceId, abort.signal)
  const iterator = heard[Symbol.asyncIterator]()
  return {
    next: async () => {
      const { done, value } = await iterator.next()
      if (done) throw new Error('the subscription ended')
      return value
    },
  }
}

/** Everything that is announced until the subscription ends. */
export async function collect<T>(heard: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const announcement of heard) all.push(announcement)
  return all
}
