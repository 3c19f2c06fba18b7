import { readFile } from 'node:fs/promises'
import { expect, inject, test as plainTest } from 'vitest'
import type { BrokerOptions } from '../../src/broker/broker.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { sampleJob } from '../jobs/sample-job.ts'
import { openTestQueue, startSampleWorker } from '../jobs/sample-worker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { temporaryFolder } from '../support/private-redis.ts'
import {
  type RedisTopology,
  startRedisCluster,
  startRedisWithSentinel,
  startRedisWithTls,
} from '../support/redis-topologies.ts'
import { waitFor } from '../support/wait-for.ts'
import { listen } from './listen.ts'

const test = plainTest.runIf(inject('redisUrl') !== null)

async function open(options: Omit<BrokerOptions, 'databaseUrl'>) {
  const broker = await openBroker({ ...options, databaseUrl: inject('serverUrl') })
  cleanUp(() => broker.close())
  return broker
}

async function started<T extends RedisTopology>(
  start: (place: Awaited<ReturnType<typeof temporaryFolder>>) => Promise<T>,
) {
  const topology = await start(await temporaryFolder())
  cleanUp(() => topology.stop())
  return topology
}

/** Uses everything that a broker offers. Resolves when all of it has worked. */
async function useEverything(options: Omit<BrokerOptions, 'databaseUrl'>, id: string): Promise<void> {
  const [here, there] = [await open(options), await open(options)]
  const heard = await listen(there, 'workspace-1')
  const queue = await openTestQueue(here)
  const ran: string[] = []
  await startSampleWorker(there, async (job) => void ran.push(job))
  const limits = ['general', 'search'].map((kind) => ({ key: `${kind}:{app/1}`, calls: 1, windowMs: 60_000 }))
  const wait = { horizonMs: 0, unsettledMs: 0 }

  await here.announcements.publish('run-progressed', 'workspace-1', { runId: id })
  await queue.enqueue(sampleJob, { id })
  const turns = [await here.callWindows.take(limits, wait), await there.callWindows.take(limits, wait)]
  await here.rateWindows.add('token', 2, 60)
  const { points } = await there.rateWindows.add('token', 3, 60)

  expect(await heard.next()).toEqual({ runId: id })
  await waitFor(() => ran.includes(id))
  expect(turns.map(({ granted }) => granted)).toEqual([true, false])
  expect(points).toBe(5)
}

test('over TLS, everything works, with the certificate authority of the operator only', async () => {
  const { url, caFile } = await started(startRedisWithTls)

  await useEverything({ redisUrl: url, redisCa: await readFile(caFile, 'utf8') }, 'a')

  await expect(open({ redisUrl: url })).rejects.toThrow(/certificate/)
})

test('on a Cluster of three, everything works, and an address of a single server is refused', async () => {
  const { url } = await started((place) => startRedisCluster(place, 3))

  await useEverything({ redisUrl: url }, 'a')

  const single = url.replace('redis+cluster:', 'redis:').replace(/,.*/, '')
  await expect(open({ redisUrl: single })).rejects.toThrow('begin REDIS_URL with redis+cluster://')
})

test('with Sentinel, everything works again after the primary was killed', async () => {
  const { url, killPrimary } = await started(startRedisWithSentinel)
  const broker = await open({ redisUrl: url })
  const heard = await listen(broker, 'workspace-1')
  const queue = await openTestQueue(broker)
  const ran: string[] = []
  await startSampleWorker(broker, async (job) => void ran.push(job))
  await queue.enqueue(sampleJob, { id: 'before' })
  await waitFor(() => ran.includes('before'))

  await killPrimary()

  expect(await heard.next()).toBeNull()
  await waitFor(() => broker.check().then(() => true), { timeoutMs: 60_000 })
  await waitFor(() => queue.enqueue(sampleJob, { id: 'after' }).then(() => true), { timeoutMs: 60_000 })
  await waitFor(() => ran.includes('after'), { timeoutMs: 60_000 })
  // In a namespace of its own, since the worker above would take its job.
  await useEverything({ redisUrl: url, namespace: 'later' }, 'later')
})
