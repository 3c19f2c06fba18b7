import { randomUUID } from 'node:crypto'
import { Cluster, ReplyError } from 'ioredis'
import { UnusableServiceError } from '../config/unusable-service-error.ts'
import type { RedisClient } from './redis-clients.ts'

/** Writes two keys as the scripts of the queue and of the call windows do, and announces something. */
const probeScript = `
  for i = 1, 2 do redis.call('SET', KEYS[i], ARGV[1], 'PX', 60000) end
  return redis.call('GET', KEYS[2])`

/** Number of pairs of keys in a Cluster, whose nodes each have some of them. */
const pairsInCluster = 32

/**
 * Proves that Redis accepts what this program does, since a PING proves little: its memory may be full, it may be a replica,
 * or its user may not be allowed to use the namespace. Throws {@link UnusableServiceError} if Redis refuses, and another error
 * if it does not answer.
 */
export async function checkRedis(redis: RedisClient, namespace: string): Promise<void> {
  const value = randomUUID()
  // The keys of one server may be anywhere. If it belongs to a Cluster, it refuses them, because they are in different slots.
  const pairs =
    redis instanceof Cluster
      ? Array.from({ length: pairsInCluster }, (_, at) => [
          `${namespace}:probe:{${at}}:1`,
          `${namespace}:probe:{${at}}:2`,
        ])
      : [[`${namespace}:probe:1`, `${namespace}:probe:2`]]
  try {
    await Promise.all(pairs.map((pair) => redis.eval(probeScript, 2, ...pair, value)))
    await redis.publish(`${namespace}:probe`, value)
  } catch (error) {
    throw asRefusal(error, namespace)
  }
}

/**
 * Refuses a Redis that may remove keys when its memory is full: the lock of a job, or the count of calls to HubSpot. Calls
 * `warn` if Redis does not say what it does, as some hosts have it.
 */
export async function requireNoEviction(redis: RedisClient, warn: (message: string) => void): Promise<void> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis]
  const policies = await Promise.all(
    nodes.map(async (node) => /^maxmemory_policy:(\S+)/m.exec(await node.info('memory'))?.[1] ?? null),
  )
  const evicting = policies.find((policy) => policy !== null && policy !== 'noeviction')
  if (evicting !== undefined) {
    throw new UnusableServiceError(
      `Redis removes keys when its memory is full (maxmemory-policy ${evicting}), which would lose jobs and count calls wrongly: set maxmemory-policy to noeviction.`,
    )
  }
  if (policies.includes(null)) {
    warn('Redis does not tell its maxmemory-policy. Make sure that it is noeviction: Redis must not remove keys.')
  }
}

/** What to do, by the first word of Redis's error. */
const remedies: Readonly<Record<string, (namespace: string) => string>> = {
  OOM: () => 'its memory is full: raise maxmemory, or remove what else is stored in it',
  READONLY: () => 'it is a read-only replica: let REDIS_URL name the primary, or use redis+sentinel://',
  MISCONF: () => 'it cannot save its data to disk: free disk space, or correct its directory',
  NOPERM: (namespace) =>
    `its user lacks rights: allow the keys and channels of the namespace and all commands except administration (ACL SETUSER … ~${namespace}:* &${namespace}:* +@all -@admin)`,
  NOAUTH: () => 'it requires a password: add it to REDIS_URL',
  WRONGPASS: () => 'it does not accept the user name or the password in REDIS_URL',
  CROSSSLOT: () => 'it is part of a Redis Cluster: begin REDIS_URL with redis+cluster://',
  MOVED: () => 'it is part of a Redis Cluster: begin REDIS_URL with redis+cluster://',
  CLUSTERDOWN: () => 'its Cluster is down: not every slot has a node',
  NOREPLICAS: () => 'too few of its replicas are connected (min-replicas-to-write)',
  LOADING: () => 'it is still loading its data: wait until it has started',
}

/** Turns an error with which Redis refuses a command into a sentence. Returns any other error as it is. */
export function asRefusal(error: unknown, namespace: string): unknown {
  if (!(error instanceof Error) || error instanceof UnusableServiceError) return error
  const word = firstWord(error)
  const remedy = word === null ? undefined : remedies[word]
  if (remedy !== undefined) {
    return new UnusableServiceError(`Redis refuses to be used (${word}), since ${remedy(namespace)}.`, { cause: error })
  }
  if (!(error instanceof ReplyError)) return error
  return new UnusableServiceError(`Redis refuses to be used: "${error.message}".`, { cause: error })
}

/** The word with which Redis names a kind of error, also if a script or a client wraps its message. */
function firstWord(error: Error): string | null {
  const words = new RegExp(`\\b(${Object.keys(remedies).join('|')})\\b`)
  return words.exec(error.message)?.[1] ?? (error.message.includes('ACL failure') ? 'NOPERM' : null)
}
