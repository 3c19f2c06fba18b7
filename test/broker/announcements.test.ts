import { expect, test } from 'vitest'
import { openBroker } from '../../src/broker/open-broker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { collect, listen } from './listen.ts'

eachBroker('announcements', (kind) => {
  test('an announcement after subscribing is received, also in another process', async () => {
    const here = await createTestBroker(kind)
    const there = await openBroker(here.options)
    cleanUp(() => there.close())
    const heard = await listen(there, 'workspace-1')

    await here.announcements.publish('run-progressed', 'workspace-1', { runId: 'run-1' })

    expect(await heard.next()).toEqual({ runId: 'run-1' })
  })

  test('another workspace receives nothing', async () => {
    const broker = await createTestBroker(kind)
    const other = await listen(broker, 'workspace-2')

    await broker.announcements.publish('run-progressed', 'workspace-1', { runId: 'secret' })
    await broker.announcements.publish('run-progressed', 'workspace-2', { runId: 'own' })

    expect(await other.next()).toEqual({ runId: 'own' })
  })

  test('another namespace of the same broker receives nothing', async () => {
    const broker = await createTestBroker(kind)
    const neighbour = await openBroker({ ...broker.options, namespace: 'hcs_neighbour' })
    cleanUp(() => neighbour.close())
    const heard = await listen(neighbour, 'workspace-1')

    await broker.announcements.publish('run-progressed', 'workspace-1', { runId: 'secret' })
    await neighbour.announcements.publish('run-progressed', 'workspace-1', { runId: 'own' })

    expect(await heard.next()).toEqual({ runId: 'own' })
  })

  test('a slow listener receives the same announcement once', async () => {
    const broker = await createTestBroker(kind)
    const slow = await listen(broker, 'workspace-1')
    const quick = await listen(broker, 'workspace-1')

    for (const runId of ['run-1', 'run-1', 'run-1', 'run-2']) {
      await broker.announcements.publish('run-progressed', 'workspace-1', { runId })
    }
    while ((await quick.next())?.runId !== 'run-2') {}

    expect(await slow.next()).toEqual({ runId: 'run-1' })
    expect(await slow.next()).toEqual({ runId: 'run-2' })
  })

  test('a subscription ends when its signal aborts', async () => {
    const broker = await createTestBroker(kind)
    const abort = new AbortController()
    const heard = await broker.announcements.subscribe('run-progressed', 'workspace-1', abort.signal)

    const all = collect(heard)
    abort.abort()

    expect(await all).toEqual([])
  })

  test('closing the broker ends its subscriptions', async () => {
    const broker = await createTestBroker(kind)
    const heard = await broker.announcements.subscribe('run-progressed', 'workspace-1', new AbortController().signal)

    const all = collect(heard)
    await broker.close()

    expect(await all).toEqual([])
  })
})
