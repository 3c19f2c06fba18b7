import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Announcements } from './announcements.ts'
import { Listeners, parseMessage } from './listeners.ts'
import type { Topic, Topics } from './topics.ts'

/**
 * Announcements over LISTEN/NOTIFY. One channel carries all workspaces, since each listening process needs only one
 * connection for it and finds its listeners by itself.
 */
export class PostgresAnnouncements implements Announcements {
  readonly #pool: pg.Pool
  readonly #connect: () => pg.Client
  readonly #channel: string
  readonly #onError: (error: Error) => void
  readonly #listeners = new Listeners()
  readonly #closing = new AbortController()
  #client: pg.Client | null = null

  constructor(pool: pg.Pool, connect: () => pg.Client, channel: string, onError: (error: Error) => void) {
    this.#pool = pool
    this.#connect = connect
    this.#channel = channel
    this.#onError = onError
  }

  /** Starts to listen. From then on, a lost connection is reopened automatically. */
  async open(): Promise<void> {
    const client = this.#connect()
    client.on('notification', ({ payload }) => this.#deliver(payload ?? ''))
    client.on('error', this.#onError)
    try {
      await client.connect()
      await client.query(`LISTEN ${this.#channel}`)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    if (this.#closing.signal.aborted) return client.end()
    this.#client = client
    client.once('end', () => {
      this.#client = null
      void this.#reopen()
    })
  }

  async publish<T extends Topic>(topic: T, workspaceId: string, payload: Topics[T]): Promise<void> {
    // Workspace and topic come first, so that a process without such a listener parses nothing.
    await this.#pool.query('SELECT pg_notify($1, $2)', [
      this.#channel,
      `${topic}:${workspaceId}:${JSON.stringify(payload)}`,
    ])
  }

  async subscribe<T extends Topic>(topic: T, workspaceId: string, signal: AbortSignal) {
    return this.#listeners.listen<T>(`${topic}:${workspaceId}`, signal, () => {})
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#listeners.closeAll()
    await this.#client?.end()
  }

  #deliver(text: string): void {
    const [topic = '', workspaceId = ''] = text.split(':', 2)
    const channel = `${topic}:${workspaceId}`
    this.#listeners.deliver(channel, parseMessage(topic as Topic, text.slice(channel.length + 1)))
  }

  async #reopen(): Promise<void> {
    const { signal } = this.#closing
    for (let waitMs = 100; !signal.aborted; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        await this.open()
        this.#listeners.wakeAll()
        return
      } catch (error) {
        this.#onError(error as Error)
        await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {})
      }
    }
  }
}
