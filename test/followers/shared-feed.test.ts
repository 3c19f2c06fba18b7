import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Feed, Look } from '../../src/followers/feed.ts'
import { followAlone } from '../../src/followers/follow-alone.ts'
import { type Follower, SharedFeed } from '../../src/followers/shared-feed.ts'
import { cleanUp } from '../support/clean-up.ts'
import { runs } from '../support/runs.ts'

interface Change {
  readonly at: number
  readonly key: string
}

const pageSize = 3

/** A log of keys that change. A follower that is behind is told about each key once, as with contacts. */
class Log {
  readonly #latest = new Map<string, Change>()
  readonly #wakers = new Set<() => void>()
  #news = 0
  end = 0

  change(key: string): void {
    this.#latest.set(key, { at: ++this.end, key })
    this.stir()
  }

  stir(): void {
    this.#news++
    for (const wake of this.#wakers) wake()
    this.#wakers.clear()
  }

  after(place: number): Change[] {
    return [...this.#latest.values()].filter(({ at }) => at > place).sort((one, other) => one.at - other.at)
  }

  open(): Feed<Change, number> {
    let seen = 0
    return {
      look: async (places): Promise<Look<Change, number>> => {
        const changes = this.after(Math.min(...places)).slice(0, pageSize)
        const hasMore = changes.length === pageSize
        const end = changes.at(-1)?.at ?? Math.min(...places)
        // Others continue in the meantime.
        await new Promise(setImmediate)
        return {
          told: places.map((place) =>
            changes.filter(({ at }) => at > place).map((event) => ({ event, key: `${event.at}`, place: event.at })),
          ),
          places: places.map((place) => (hasMore ? Math.max(place, end) : end)),
          hasMore,
          isOver: false,
        }
      },
      news: async (until) => {
        while (this.#news === seen && !until.aborted) {
          await new Promise<void>((resolve) => {
            this.#wakers.add(resolve)
            until.addEventListener('abort', () => resolve())
          })
        }
        seen = this.#news
      },
      stir: () => this.stir(),
    }
  }
}

/** A client that can stop reading. */
class Client implements Follower<Change> {
  readonly heard: Change[] = []
  heardWhileBlocked = 0
  isBlocked = false
  failure: unknown = null
  #resume = () => {}

  hear(change: Change): boolean {
    this.heard.push(change)
    if (this.isBlocked) this.heardWhileBlocked++
    return !this.isBlocked
  }

  caughtUp(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve
      if (!this.isBlocked) resolve()
    })
  }

  unblock(): void {
    this.isBlocked = false
    this.heardWhileBlocked = 0
    this.#resume()
  }

  end(): void {}

  fail(error: unknown): void {
    this.failure = error
  }
}

const settled = async () => {
  for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate)
}

function share(log: Log) {
  let presented = 0
  const closing = new AbortController()
  cleanUp(() => closing.abort())
  const shared = new SharedFeed<Change, number, Change>({
    open: async () => log.open(),
    present: async (change) => {
      presented++
      await new Promise(setImmediate)
      return change
    },
    sizeOf: () => 100,
    onEnd: () => {},
    closing: closing.signal,
  })
  return { shared, closing, presented: () => presented }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('change' as const), key: fc.constantFrom(...'abcdefgh') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('join' as const), back: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('block' as const), who: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unblock' as const), who: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), turns: fc.nat(4) }) },
)

test('B6: followers that share a feed receive the same events as a single follower: in order, nothing twice, and nothing omitted, whenever they join and however they read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const log = new Log()
      const { shared, closing } = share(log)
      const clients: { client: Client; from: number }[] = []
      // Without a follower, a shared feed ends.
      const steady = new Client()
      shared.join(steady, 0)
      for (const it of steps) {
        const one = 'who' in it ? clients[it.who % Math.max(1, clients.length)] : undefined
        if (it.kind === 'change') log.change(it.key)
        else if (it.kind === 'join') {
          const joined = { client: new Client(), from: Math.max(0, log.end - it.back) }
          clients.push(joined)
          shared.join(joined.client, joined.from)
        } else if (it.kind === 'leave' && one !== undefined) {
          shared.leave(one.client)
          clients.splice(clients.indexOf(one), 1)
        } else if (it.kind === 'block' && one !== undefined) one.client.isBlocked = true
        else if (it.kind === 'unblock') one?.client.unblock()
        else if (it.kind === 'wait') for (let turn = 0; turn < it.turns; turn++) await new Promise(setImmediate)
      }
      // However much happens, only a bounded number of events waits for a client that does not read.
      for (const { client } of clients) expect(client.heardWhileBlocked).toBeLessThanOrEqual(1)
      for (const { client } of clients) client.unblock()
      await settled()

      for (const { client, from } of [...clients, { client: steady, from: 0 }]) {
        const places = client.heard.map(({ at }) => at)
        expect(places).toEqual([...new Set(places)].sort((one, other) => one - other))
        expect(places.every((at) => at > from)).toBe(true)
        const last = new Map(client.heard.map(({ key, at }) => [key, at]))
        const alone = log.after(from)
        expect(alone.map(({ key }) => last.get(key))).toEqual(alone.map(({ at }) => at))
      }
      closing.abort(new Error('closed'))
      await settled()
    }),
    { numRuns: runs(60, 5_000) },
  )
})

test('each event is read and presented once for all followers at the same place', async () => {
  const log = new Log()
  const { shared, presented } = share(log)
  const clients = Array.from({ length: 100 }, () => new Client())
  for (const client of clients) shared.join(client, 0)
  await settled()

  log.change('a')
  await settled()
  log.change('b')
  await settled()

  expect(presented()).toBe(2)
  for (const { heard } of clients) expect(heard.map(({ key }) => key)).toEqual(['a', 'b'])
})

test('if the feed fails, every follower fails, including those that are behind', async () => {
  const log = new Log()
  const shared = new SharedFeed<Change, number, Change>({
    open: async () => ({
      ...log.open(),
      look: async ([place = 0]) => {
        if (log.end > 1) throw new Error('broken')
        return {
          told: [log.after(place).map((event) => ({ event, key: `${event.at}`, place: event.at }))],
          places: [log.end],
          hasMore: false,
          isOver: false,
        }
      },
    }),
    present: async (change) => change,
    sizeOf: () => 100,
    onEnd: () => {},
    closing: new AbortController().signal,
  })
  const [reading, behind] = [new Client(), new Client()]
  behind.isBlocked = true
  shared.join(reading, 0)
  shared.join(behind, 0)
  log.change('a')
  await settled()

  log.change('b')
  await settled()

  expect([reading, behind].map(({ failure }) => failure)).toMatchObject([{ message: 'broken' }, { message: 'broken' }])
})

test('a single follower receives everything in order', async () => {
  const log = new Log()
  for (const key of 'abcde') log.change(key)
  const leaving = new AbortController()
  const heard: string[] = []

  const listening = (async () => {
    for await (const { key } of followAlone(log.open(), 1, leaving.signal)) heard.push(key)
  })()
  await settled()
  log.change('f')
  await settled()
  leaving.abort(new Error('enough'))

  await expect(listening).rejects.toThrow('enough')
  expect(heard).toEqual([...'bcdef'])
})
