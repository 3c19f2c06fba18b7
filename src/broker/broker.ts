import type { Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq'
import type { Announcements } from './announcements.ts'
import type { CallWindows } from './call-windows.ts'
import type { RateWindows } from './rate-windows.ts'

/**
 * What the processes share besides the database: queue, announcements, windows of calls and the API's rate limits. Only this
 * folder knows how.
 */
export interface Broker {
  readonly kind: 'redis' | 'postgres'
  readonly announcements: Announcements
  readonly callWindows: CallWindows
  readonly rateWindows: RateWindows
  /** For src/jobs alone. Whoever opens a queue or a worker closes it before the broker. */
  readonly queues: Queues
  /** Resolves when the broker answers; rejects when it is away. */
  ping(): Promise<void>
  /** Ends all subscriptions and closes the connections. */
  close(): Promise<void>
}

export interface Queues {
  openQueue(name: string, options?: Omit<QueueOptions, 'connection' | 'prefix'>): Queue
  openWorker(name: string, processor: Processor, options?: Omit<WorkerOptions, 'connection' | 'prefix'>): Worker
}

export interface BrokerOptions {
  /** Redis carries everything when given; its query may name the namespace: `redis://host:6379?namespace=staging`. */
  readonly redisUrl: string | null
  /** PostgreSQL carries everything when there is no Redis. */
  readonly databaseUrl: string
  /** Keeps installations that share a broker apart: lower-case letters, digits and _. `hcs` unless given here or in the URL. */
  readonly namespace?: string
  /** Told of connections that break while nobody waits for them; they are made again by themselves. */
  readonly onError?: (error: Error) => void
}
