import { Queue, Worker } from 'bullmq'
import { Redis, type RedisOptions } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Broker } from './broker.ts'
import { addressOf, BrokerUnreachableError } from './broker-unreachable-error.ts'
import { countingOnly, rateWindowsOf } from './rate-windows.ts'
import { RedisAnnouncements } from './redis-announcements.ts'
import { redisCallWindows } from './redis-call-windows.ts'

interface Options {
  redisUrl: string
  namespace: string
  onError: (error: Error) => void
}

const connecting = {
  lazyConnect: true,
  connectTimeout: 5_000,
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, 2_000),
} satisfies RedisOptions

export async function openRedisBroker({ redisUrl, namespace, onError }: Options): Promise<Broker> {
  // A request must not hang because Redis is unavailable: commands fail immediately, and are repeated later in another
  // way (recovery enqueues runs again, listeners check again).
  const commands = new Redis(redisUrl, {
    ...connecting,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
  })
  const subscriber = new Redis(redisUrl, { ...connecting, autoResubscribe: false })
  for (const client of [commands, subscriber]) client.on('error', onError)
  try {
    await Promise.all([commands.connect(), subscriber.connect()])
  } catch (error) {
    commands.disconnect()
    subscriber.disconnect()
    throw new BrokerUnreachableError('redis', addressOf(redisUrl), { cause: error })
  }
  const announcements = new RedisAnnouncements(commands, subscriber, namespace)

  return {
    kind: 'redis',
    announcements,
    callWindows: redisCallWindows(commands, namespace),
    rateWindows: rateWindowsOf(
      new RateLimiterRedis({ ...countingOnly, storeClient: commands, keyPrefix: `${namespace}:rate` }),
    ),
    queues: {
      openQueue: (name, options) => {
        const queue = new Queue(name, {
          ...options,
          prefix: namespace,
          connection: commands,
          skipWaitingForReady: true,
        })
        return queue.on('error', onError)
      },
      openWorker: (name, processor, options) => {
        // A worker waits for Redis as long as it takes, and its blocking command may take longer than any request.
        const connection = { ...connecting, url: redisUrl, lazyConnect: false, maxRetriesPerRequest: null }
        return new Worker(name, processor, { ...options, prefix: namespace, connection }).on('error', onError)
      },
    },
    ping: async () => {
      await commands.ping()
    },
    close: async () => {
      announcements.close()
      commands.disconnect()
      subscriber.disconnect()
    },
  }
}
