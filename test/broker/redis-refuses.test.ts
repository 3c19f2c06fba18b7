import { Redis } from 'ioredis'
import { describe, expect, inject, test } from 'vitest'
import { openBroker } from '../../src/broker/open-broker.ts'
import { UnusableServiceError } from '../../src/config/unusable-service-error.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startServerBeside } from '../support/graphql/start-server-beside.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { waitFor } from '../support/wait-for.ts'

const open = (redisUrl: string, namespace = 'hcs') => {
  const warnings: string[] = []
  const onWarning = (message: string) => warnings.push(message)
  return { warnings, opening: openBroker({ redisUrl, namespace, databaseUrl: inject('serverUrl'), onWarning }) }
}

async function refusalOf(redisUrl: string): Promise<string> {
  const error = await open(redisUrl).opening.then(
    (broker) => broker.close(),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(UnusableServiceError)
  return (error as Error).message
}

/** The configuration commands of the operator. */
async function administer(url: string, ...commands: string[][]): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true })
  redis.on('error', () => {})
  await redis.connect()
  for (const [name = '', ...args] of commands) await redis.call(name, ...args)
  redis.disconnect()
}

const withUser = (url: string, user: string, password: string) => {
  const changed = new URL(url)
  Object.assign(changed, { username: user, password })
  return changed.href
}

describe.runIf(inject('redisUrl') !== null)('a Redis that answers a PING and refuses the rest', () => {
  test.each<[what: string, settings: string[], sentence: RegExp]>([
    ['is full', ['maxmemory 100kb'], /\(OOM\), since its memory is full: raise maxmemory/],
    ['is a replica', ['replicaof 127.0.0.1 1'], /\(READONLY\).*let REDIS_URL name the primary/],
    ['removes any key', ['maxmemory-policy allkeys-lru'], /allkeys-lru.*set maxmemory-policy to noeviction/],
    ['removes keys that expire', ['maxmemory-policy volatile-ttl'], /set maxmemory-policy to noeviction/],
  ])('is refused at the start, in a sentence, if it %s', async (_what, settings, sentence) => {
    const { url } = await startPrivateRedis(settings)

    expect(await refusalOf(url)).toMatch(sentence)
  })

  test('a user without the keys or the channels of the namespace, or with a wrong password, is refused', async () => {
    const { url } = await startPrivateRedis()
    await administer(
      url,
      ['ACL', 'SETUSER', 'keyless', 'on', '>secret', '~other:*', '&*', '+@all'],
      ['ACL', 'SETUSER', 'silent', 'on', '>secret', '~hcs:*', 'resetchannels', '+@all'],
    )

    for (const user of ['keyless', 'silent']) {
      expect(await refusalOf(withUser(url, user, 'secret'))).toMatch(/\(NOPERM\).*~hcs:\* &hcs:\* \+@all -@admin/)
    }
    expect(await refusalOf(withUser(url, 'keyless', 'wrong'))).toMatch(/\(WRONGPASS\)/)
    expect(await refusalOf(withUser(url, '', ''))).toMatch(/\(NOAUTH\).*add it to REDIS_URL/)
  })

  test('a user with the rights that the message names can start', async () => {
    const { url } = await startPrivateRedis()
    await administer(url, ['ACL', 'SETUSER', 'app', 'on', '>secret', '~hcs:*', '&hcs:*', '+@all', '-@admin'])

    const broker = await open(withUser(url, 'app', 'secret')).opening
    cleanUp(() => broker.close())
    const queue = broker.queues.openQueue('jobs')
    cleanUp(() => queue.close())

    await queue.add('work', {}, { jobId: 'a' })
    expect(await queue.getWaitingCount()).toBe(1)
  })

  test('if it begins to refuse later, the process is not ready, says why, and is ready again afterwards', async () => {
    const { url } = await startPrivateRedis()
    const { opening, warnings } = open(url)
    const broker = await opening
    cleanUp(() => broker.close())
    const api = await startTestApi()
    const server = await startServerBeside(api, { dependencies: { broker: broker.check } })
    const ready = async () => {
      const answer = await fetch(`${server}/health/ready`)
      return [answer.status, ((await answer.json()) as { problems?: { broker: string } }).problems?.broker]
    }

    await administer(url, ['CONFIG', 'SET', 'maxmemory', '100kb'])
    const full = await ready()
    await administer(url, ['CONFIG', 'SET', 'maxmemory', '0'])

    expect(full).toEqual([503, expect.stringContaining('its memory is full')])
    expect(await ready()).toEqual([200, undefined])
    expect(warnings).toEqual([])
  })

  test('a worker on it reports each kind of error once in a while, with the number of errors', async () => {
    const { url } = await startPrivateRedis()
    const reported: { message: string; count: number }[] = []
    const broker = await openBroker({
      redisUrl: url,
      databaseUrl: inject('serverUrl'),
      onError: ({ message }, count) => reported.push({ message, count }),
    })
    cleanUp(() => broker.close())
    const worker = broker.queues.openWorker('jobs', async () => {}, { runRetryDelay: 10, drainDelay: 0.01 })
    cleanUp(() => worker.close(true))
    await worker.waitUntilReady()
    let errors = 0
    worker.on('error', () => {
      errors += 1
    })

    await administer(url, ['CONFIG', 'SET', 'maxmemory', '100kb'])
    await waitFor(() => errors >= 20)

    expect(reported.length).toBeGreaterThan(0)
    expect(reported.length).toBeLessThanOrEqual(3)
  })
})
