import type { Redis } from 'ioredis'
import type { Announcements } from './announcements.ts'
import { Listeners, parseMessage } from './listeners.ts'
import type { RedisClient } from './redis-clients.ts'
import type { Topic, Topics } from './topics.ts'

/** Announcements over Redis publish/subscribe, with one channel per namespace, topic, and workspace. */
export class RedisAnnouncements implements Announcements {
  readonly #commands: RedisClient
  readonly #subscriber: Redis
  readonly #namespace: string
  readonly #listeners = new Listeners()

  constructor(commands: RedisClient, subscriber: Redis, namespace: string) {
    this.#commands = commands
    this.#subscriber = subscriber
    this.#namespace = namespace
    subscriber.on('message', (channel: string, text: string) => {
      this.#listeners.deliver(channel, parseMessage(channel.split(':')[1] as Topic, text))
    })
    subscriber.on('ready', () => void this.#resume())
  }

  async publish<T extends Topic>(topic: T, workspaceId: string, payload: Topics[T]): Promise<void> {
    await this.#commands.publish(this.#channel(topic, workspaceId), JSON.stringify(payload))
  }

  async subscribe<T extends Topic>(topic: T, workspaceId: string, signal: AbortSignal) {
    const channel = this.#channel(topic, workspaceId)
    const iterable = this.#listeners.listen<T>(channel, signal, () => {
      if (this.#isConnected) this.#subscriber.unsubscribe(channel).catch(() => {})
    })
    // While Redis is unavailable, there is nothing to wait for: when the connection returns, it subscribes and wakes
    // everyone.
    if (this.#isConnected) await this.#subscribe([channel])
    return iterable
  }

  close(): void {
    this.#listeners.closeAll()
  }

  get #isConnected(): boolean {
    return this.#subscriber.status === 'ready'
  }

  async #subscribe(channels: string[]): Promise<void> {
    try {
      await this.#subscriber.subscribe(...channels)
    } catch (error) {
      if (this.#isConnected) throw error
    }
  }

  async #resume(): Promise<void> {
    const channels = this.#listeners.channels
    if (channels.length === 0) return
    await this.#subscribe(channels).catch((error) => this.#subscriber.emit('error', error))
    this.#listeners.wakeAll()
  }

  #channel(topic: Topic, workspaceId: string): string {
    return `${this.#namespace}:${topic}:${workspaceId}`
  }
}
