import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, Worker } from 'bullmq'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { RedisAddress } from '../config/redis-url.ts'
import { UnusableServiceError } from '../config/unusable-service-error.ts'
import type { Broker } from './broker.ts'
import { addressOf, BrokerUnreachableError } from './broker-unreachable-error.ts'
import { asRefusal, checkRedis, requireNoEviction } from './check-redis.ts'
import { countingOnly, rateWindowsOf } from './rate-windows.ts'
import { RedisAnnouncements } from './redis-announcements.ts'
import { redisCallWindows } from './redis-call-windows.ts'
import { redisClients } from './redis-clients.ts'

interface Options {
  readonly redisUrl: string
  readonly address: RedisAddress
  readonly ca: string | null
  readonly namespace: string
  readonly onError: (error: Error) => void
  readonly onWarning: (message: string) => void
}

/** The clients keep trying for ever, as Sentinel may know no primary at the moment, but a start should fail. */
const connectWithinMs = 10_000

export async function openRedisBroker(options: Options): Promise<Broker> {
  const { redisUrl, address, ca, namespace, onError, onWarning } = options
  const clients = redisClients(address, ca)
  const commands = clients.forCommands()
  const subscriber = clients.forSubscriptions()
  let lastError: Error | undefined
  for (const client of [commands, subscriber]) {
    client.on('error', (error: Error) => {
      lastError = error
      onError(error)
    })
  }
  try {
    await withinTime(Promise.all([commands.connect(), subscriber.connect()]))
    await checkRedis(commands, namespace)
    await requireNoEviction(commands, onWarning)
  } catch (error) {
    commands.disconnect()
    subscriber.disconnect()
    // The connection's own error tells more than that of the attempt, which was only closed.
    const refusal = [error, lastError].map((each) => asRefusal(each, namespace)).find(isRefusal)
    throw refusal ?? new BrokerUnreachableError('redis', addressOf(redisUrl), { cause: lastError ?? error })
  }
  const announcements = new RedisAnnouncements(commands, subscriber, namespace)
  // All keys of a queue have one hash tag, so that they are on one node of a Cluster.
  const prefixOf = (queue: string) => `${namespace}:{${namespace}:${queue}}`

  return {
    kind: 'redis',
    announcements,
    callWindows: redisCallWindows(commands, namespace),
    rateWindows: rateWindowsOf(
      new RateLimiterRedis({ ...countingOnly, storeClient: commands, keyPrefix: `${namespace}:rate` }),
    ),
    queues: {
      openQueue: (name, more) => {
        const queue = new Queue(name, {
          ...more,
          prefix: prefixOf(name),
          connection: commands,
          skipWaitingForReady: true,
        })
        return queue.on('error', onError)
      },
      openWorker: (name, processor, more) => {
        // Not closed by BullMQ, since it did not open it.
        const connection = clients.forWorker()
        const worker = new Worker(name, processor, { ...more, prefix: prefixOf(name), connection })
        return worker.on('error', onError).on('closed', () => connection.disconnect())
      },
    },
    check: () => checkRedis(commands, namespace),
    close: async () => {
      announcements.close()
      commands.disconnect()
      subscriber.disconnect()
    },
  }
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  const waiting = new AbortController()
  const tooLate = sleep(connectWithinMs, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(`no connection within ${connectWithinMs} ms`)
  })
  tooLate.catch(() => {})
  try {
    return await Promise.race([work, tooLate])
  } finally {
    work.catch(() => {})
    waiting.abort()
  }
}

const isRefusal = (error: unknown): error is UnusableServiceError => error instanceof UnusableServiceError
