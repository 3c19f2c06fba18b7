import type { Processor, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq'
import type { Announcements } from './announcements.ts'
import { openPostgresBroker } from './postgres-broker.ts'
import type { RateLimit, RateLimiter } from './rate-limiter.ts'
import { openRedisBroker } from './redis-broker.ts'

/** What the processes share besides the database: queue, announcements and rate limits. Only this folder knows how. */
export interface Broker {
  readonly kind: 'redis' | 'postgres'
  readonly announcements: Announcements
  rateLimiter(limit: RateLimit): RateLimiter
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

/** Decides what carries queue, announcements and rate limits. Throws BrokerUnreachableError when it does not answer. */
export async function openBroker({
  redisUrl,
  databaseUrl,
  namespace,
  onError = () => {},
}: BrokerOptions): Promise<Broker> {
  if (redisUrl === null) return openPostgresBroker({ databaseUrl, namespace: checked(namespace ?? 'hcs'), onError })
  const url = new URL(redisUrl)
  const named = url.searchParams.get('namespace')
  url.searchParams.delete('namespace')
  return openRedisBroker({ redisUrl: url.href, namespace: checked(namespace ?? named ?? 'hcs'), onError })
}

// It becomes part of keys, channels and a PostgreSQL schema's name, none of which may be ambiguous or truncated.
function checked(namespace: string): string {
  if (/^[a-z][a-z0-9_]{0,39}$/.test(namespace)) return namespace
  throw new Error(`"${namespace}" is no usable namespace: up to 40 lower-case letters, digits and _, a letter first`)
}
