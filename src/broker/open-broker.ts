import { parseRedisUrl } from '../config/redis-url.ts'
import type { Broker, BrokerOptions } from './broker.ts'
import { openPostgresBroker } from './postgres-broker.ts'
import { openRedisBroker } from './redis-broker.ts'
import { throttleErrors } from './throttle-errors.ts'

/**
 * Chooses what carries the queue, announcements, and call windows. Throws BrokerUnreachableError if it does not answer, and
 * UnusableServiceError if it answers and refuses to be used.
 */
export async function openBroker({
  redisUrl,
  redisCa = null,
  databaseUrl,
  namespace,
  onError: report = () => {},
  onWarning = () => {},
}: BrokerOptions): Promise<Broker> {
  const onError = throttleErrors(report)
  if (redisUrl === null) return openPostgresBroker({ databaseUrl, namespace: checked(namespace ?? 'hcs'), onError })
  const address = parseRedisUrl(redisUrl)
  const named = checked(namespace ?? address.namespace ?? 'hcs')
  return openRedisBroker({ redisUrl, address, ca: redisCa, namespace: named, onError, onWarning })
}

// It becomes part of keys, channels, and the name of a PostgreSQL schema. None of these may be ambiguous or truncated.
function checked(namespace: string): string {
  if (/^[a-z][a-z0-9_]{0,39}$/.test(namespace)) return namespace
  throw new Error(
    `"${namespace}" is not a valid namespace. Use up to 40 lowercase letters, digits, and underscores, starting with a letter`,
  )
}
