import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis'
import type { RedisAddress } from '../config/redis-url.ts'

/** A client for one Redis, with or without Sentinel, or for a Cluster. */
export type RedisClient = Redis | Cluster

const connectTimeout = 5_000
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** attempt, 2_000)

/** Creates clients for the servers at one address. None connects before `connect`, except the worker's. */
export interface RedisClients {
  /**
   * A request must not hang because Redis is unavailable: the commands of this client fail immediately, and are repeated later
   * in another way (recovery enqueues runs again, listeners check again).
   */
  forCommands(): RedisClient
  /** Its `ready` event says that it is connected, and that subscriptions of earlier connections are gone. */
  forSubscriptions(): Redis
  /** A worker waits for Redis as long as it takes, and its blocking command may take longer than any request. */
  forWorker(): RedisClient
}

/** `ca` is the certificate authority of the servers, in PEM. Null for those that Node trusts. */
export function redisClients(address: RedisAddress, ca: string | null): RedisClients {
  const { kind, nodes } = address
  const common: RedisOptions = {
    username: address.username ?? undefined,
    password: address.password ?? undefined,
    family: address.family,
    connectTimeout,
    ...(address.isEncrypted && { tls: ca === null ? {} : { ca } }),
  }
  const single = (options: RedisOptions): Redis => {
    const own = { ...common, db: address.database, retryStrategy, ...options }
    if (kind !== 'sentinel') return new Redis({ ...own, ...nodes[0] })
    return new Redis({
      ...own,
      sentinels: [...nodes],
      name: address.primary ?? undefined,
      sentinelUsername: address.sentinelUsername ?? undefined,
      sentinelPassword: address.sentinelPassword ?? undefined,
      sentinelRetryStrategy: retryStrategy,
      enableTLSForSentinelMode: address.isEncrypted,
      sentinelTLS: own.tls,
    })
  }
  const cluster = (options: ClusterOptions): Cluster =>
    new Cluster([...nodes], {
      clusterRetryStrategy: retryStrategy,
      slotsRefreshTimeout: connectTimeout,
      ...options,
      redisOptions: { ...common, ...options.redisOptions },
    })
  return {
    forCommands: () => {
      const impatient = { enableOfflineQueue: false, lazyConnect: true }
      const redisOptions = { commandTimeout: 5_000, maxRetriesPerRequest: 0 }
      return kind === 'cluster' ? cluster({ ...impatient, redisOptions }) : single({ ...impatient, ...redisOptions })
    },
    forSubscriptions: () => {
      const options = { lazyConnect: true, autoResubscribe: false }
      if (kind !== 'cluster') return single(options)
      // Any node of a Cluster delivers what is published at any other. If this one is gone, the next one is tried.
      let turn = 0
      const subscriber = new Redis({
        ...common,
        ...nodes[0],
        ...options,
        retryStrategy: (attempt) => {
          turn += 1
          Object.assign(subscriber.options, nodes[turn % nodes.length])
          return retryStrategy(attempt)
        },
      })
      return subscriber
    },
    forWorker: () =>
      kind === 'cluster'
        ? cluster({ redisOptions: { maxRetriesPerRequest: null } })
        : single({ maxRetriesPerRequest: null }),
  }
}
