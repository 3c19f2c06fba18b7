import { Redis } from 'ioredis'
import { describe, inject } from 'vitest'
import type { Broker, BrokerOptions } from '../../src/broker/broker.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { cleanUp } from './clean-up.ts'
import { createTestDatabase } from './test-database.ts'

export interface TestBroker extends Broker {
  /** Opens the same broker again with these, as another process would. */
  readonly options: BrokerOptions
}

type BrokerKind = Broker['kind']

let count = 0

/** The brokers that are available: PostgreSQL always, Redis if it is installed. */
export const brokerKinds: readonly BrokerKind[] = inject('redisUrl') === null ? ['postgres'] : ['redis', 'postgres']

const defaultKind: BrokerKind = brokerKinds[0] ?? 'postgres'

/** Runs the suite once per available broker. */
export function eachBroker(name: string, suite: (kind: BrokerKind) => void): void {
  describe.each(brokerKinds)(`${name} (%s)`, suite)
}

/**
 * Runs a suite that starts processes and takes long: once in `npm test`, and once per available broker in `npm run
 * test:long`. A file that calls it takes part in both.
 */
export function someBroker(name: string, suite: (kind: BrokerKind) => void): void {
  describe.each(inject('longPercent') > 0 ? brokerKinds : [defaultKind])(`${name} (%s)`, suite)
}

/**
 * Opens a broker that nobody else uses. Default: Redis if there is one. It is closed and emptied when the test is over.
 * `databaseUrl` names the database of a PostgreSQL broker; without it, a database is created.
 */
export async function createTestBroker(kind: BrokerKind = defaultKind, databaseUrl?: string): Promise<TestBroker> {
  const options = await createTestBrokerOptions(kind, databaseUrl)
  const broker = await openBroker(options)
  cleanUp(() => broker.close())
  return Object.assign(broker, { options })
}

/**
 * The options with which openBroker, or a process with REDIS_URL and DATABASE_URL, uses a broker that nobody else uses.
 */
export async function createTestBrokerOptions(
  kind: BrokerKind = defaultKind,
  databaseUrl?: string,
): Promise<BrokerOptions> {
  if (kind === 'postgres') return { redisUrl: null, databaseUrl: databaseUrl ?? (await createTestDatabase()).url }
  const namespace = `${inject('runName')}_${process.pid}_${++count}`
  const url = new URL(inject('redisUrl') ?? '')
  cleanUp(() => removeKeys(url.href, namespace))
  url.searchParams.set('namespace', namespace)
  return { redisUrl: url.href, databaseUrl: databaseUrl ?? inject('serverUrl') }
}

async function removeKeys(redisUrl: string, namespace: string): Promise<void> {
  const redis = new Redis(redisUrl, { lazyConnect: true })
  redis.on('error', () => {})
  try {
    for await (const keys of redis.scanStream({ match: `${namespace}:*`, count: 1000 })) {
      if (keys.length > 0) await redis.unlink(...keys)
    }
  } finally {
    redis.disconnect()
  }
}
