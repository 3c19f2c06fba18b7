import type { Broker, BrokerOptions } from './broker.ts'
import { openPostgresBroker } from './postgres-broker.ts'
import { openRedisBroker } from './redis-broker.ts'

/** Chooses what carries the queue, announcements, and call windows. Throws BrokerUnreachableError if it does not answer. */
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

// It becomes part of keys, channels, and the name of a PostgreSQL schema. None of these may be ambiguous or truncated.
function checked(namespace: string): string {
  if (/^[a-z][a-z0-9_]{0,39}$/.test(namespace)) return namespace
  throw new Error(
    `"${namespace}" is not a valid namespace. Use up to 40 lowercase letters, digits, and underscores, starting with a letter`,
  )
}
