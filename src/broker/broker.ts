import type { Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq'
import type { Announcements } from './announcements.ts'
import type { CallWindows } from './call-windows.ts'
import type { RateWindows } from './rate-windows.ts'
import type { ReportError } from './throttle-errors.ts'

/**
 * What processes share in addition to the database: queue, announcements, call windows, and the API's rate windows. No code
 * outside this folder knows how they are implemented.
 */
export interface Broker {
  readonly kind: 'redis' | 'postgres'
  readonly announcements: Announcements
  readonly callWindows: CallWindows
  readonly rateWindows: RateWindows
  /** For src/jobs only. Whoever opens a queue or a worker closes it before the broker. */
  readonly queues: Queues
  /**
   * Resolves if the broker answers and accepts what this program does. Rejects with UnusableServiceError if it refuses, and with
   * another error if it is unavailable.
   */
  check(): Promise<void>
  /** Ends all subscriptions and closes the connections. */
  close(): Promise<void>
}

export interface Queues {
  openQueue(name: string, options?: Omit<QueueOptions, 'connection' | 'prefix'>): Queue
  openWorker(name: string, processor: Processor, options?: Omit<WorkerOptions, 'connection' | 'prefix'>): Worker
}

export interface BrokerOptions {
  /**
   * If set, Redis carries everything: any form that `parseRedisUrl` accepts. Its query may contain the namespace:
   * `redis://host:6379?namespace=staging`.
   */
  readonly redisUrl: string | null
  /** Certificate authority of Redis, in PEM. Null or omitted for those that Node trusts. */
  readonly redisCa?: string | null
  /** If there is no Redis, PostgreSQL carries everything. */
  readonly databaseUrl: string
  /**
   * Separates installations that share a broker: lower-case letters, digits, and _. Default `hcs`, unless it is in the
   * URL.
   */
  readonly namespace?: string
  /**
   * Called for errors that nobody waits for, such as broken connections, which are reopened automatically: at most once per
   * kind in ten seconds, with the number of such errors.
   */
  readonly onError?: ReportError
  /** Called with what the operator should know about the broker. */
  readonly onWarning?: (message: string) => void
}
