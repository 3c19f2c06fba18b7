import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startProcess } from '../../embedded/processes.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { announceContacts } from '../../src/contacts/announce-contacts.ts'
import { lockContacts } from '../../src/contacts/contact-lock.ts'
import { inTransaction } from '../../src/database/database.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'
import { transports } from '../support/graphql/subscribe.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { someBroker } from '../support/test-broker.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor as waitAtMost } from '../support/wait-for.ts'
import { follow } from './follower.ts'

const RunsWhileAway = graphql(`
  subscription RunsWhileAway {
    syncProgress { status triggeredBy { email } progress { created } errors(first: 3) { nodes { hubspotId } } }
  }
`)
const ContactsWhileAway = graphql(`
  subscription ContactsWhileAway { contactChanged { kind contactId contact { name handles { value } account { name } } } }
`)
const ErrorsWhileAway = graphql(`
  subscription ErrorsWhileAway { syncErrorRaised { hubspotId contact { name } } }
`)

/** Longer than the intervals at which watchers look and credentials are checked. */
const outageMs = 12_000

/** Waits as long as a busy machine may take. */
const waitFor = <T>(condition: () => T | Promise<T>) => waitAtMost(condition, { timeoutMs: 120_000 })

const last = <T>(values: readonly T[]) => values.at(-1)

someBroker('followers while PostgreSQL is away', (kind) => {
  /** An API process whose connection to PostgreSQL can be cut, and a worker with a connection of its own. */
  async function startCuttableApi() {
    const database = await createTestDatabase()
    const line = await createCuttableLine(database.url)
    const env = await createProcessEnvironment(database, kind)
    const broker = await openBroker({ redisUrl: env.REDIS_URL || null, databaseUrl: database.url })
    cleanUp(() => broker.close())
    const { workspaceId, userId, token } = await createWorkspace(database, {
      name: 'Test',
      plan: 'GROWTH',
      adminEmail: 'ada@example.test',
    })
    const api = await startProcess('serve', { ...env, DATABASE_URL: line.url })
    cleanUp(() => api.stop())
    const run = await storeRun(database, workspaceId, { status: 'RUNNING', triggeredById: userId })
    const contacts = [await storeContact(database, workspaceId), await storeContact(database, workspaceId)]
    const { announcements } = broker
    const tellOfRun = () => announcements.publish('run-progressed', workspaceId, { runId: run.id })
    return {
      url: api.url,
      token,
      cut: async () => {
        line.cut()
        await waitFor(async () => (await fetch(`${api.url}/health/ready`)).status === 503)
      },
      restore: async () => {
        line.restore()
        await waitFor(async () => (await fetch(`${api.url}/health/ready`)).status === 200)
      },
      contacts,
      rename: (name: string) =>
        Promise.all(
          contacts.map(async (id) => {
            await inTransaction(database.pool, async (client) => {
              await lockContacts(client, workspaceId)
              await client.query('UPDATE contact SET name = $2, updated_at = change_time() WHERE id = $1', [id, name])
            })
            await announceContacts({ announcements, log: { warn: () => {} } }, workspaceId, [id])
          }),
        ),
      raise: async (hubspotId: bigint) => {
        await storeError(database, workspaceId, { hubspotId, contactId: contacts[0], lastRunId: run.id })
        await tellOfRun()
      },
      move: async (data: { created?: number; status?: 'COMPLETED_WITH_ERRORS' }) => {
        await database.prisma.syncRun.update({ where: { id: run.id }, data })
        await tellOfRun()
      },
    }
  }

  it('B6, B54, B68: wait and continue; no change in the meantime is lost, and the end is reported once', async () => {
    const { url, token, cut, restore, contacts, rename, raise, move } = await startCuttableApi()
    const runs = transports.map((transport) => follow(transport, url, RunsWhileAway, {}, token))
    const changes = transports.map((transport) => follow(transport, url, ContactsWhileAway, {}, token))
    const errors = transports.map((transport) => follow(transport, url, ErrorsWhileAway, {}, token))
    const all = [...runs, ...changes, ...errors]
    // Until a subscription is set up, it receives nothing.
    let turn = 0n
    await waitFor(async () => {
      await rename(`Before ${++turn}`)
      await raise(turn)
      return all.every(({ events }) => events.length > 0)
    })

    await cut()
    await move({ created: 1 })
    await rename('Lost?')
    await raise(1_000_001n)
    await raise(1_000_002n)
    await sleep(outageMs)
    await move({ created: 2 })
    await restore()
    await waitFor(() => runs.every(({ events }) => last(events)?.data?.syncProgress.progress.created === 2))
    const namesOf = ({ events }: (typeof changes)[number], id: string) =>
      events
        .map(({ data }) => data?.contactChanged)
        .filter((change) => atob(change?.contactId ?? '') === `Contact:${id}`)
        .map((change) => change?.contact?.name)
    // A change that is followed by the next one before a follower looks is reported together with it.
    await waitFor(() => changes.every((it) => contacts.every((id) => last(namesOf(it, id)) === 'Lost?')))
    await move({ status: 'COMPLETED_WITH_ERRORS' })
    await rename('After')
    await raise(1_000_003n)

    const isTold = (ids: readonly unknown[], wanted: readonly unknown[]) => wanted.every((id) => ids.includes(id))
    const raisedTo = ({ events }: (typeof errors)[number]) => events.map(({ data }) => data?.syncErrorRaised.hubspotId)
    const statusesOf = ({ events }: (typeof runs)[number]) => events.map(({ data }) => data?.syncProgress.status)
    await waitFor(() => runs.every((follower) => last(statusesOf(follower)) === 'COMPLETED_WITH_ERRORS'))
    await waitFor(() => changes.every((it) => contacts.every((id) => last(namesOf(it, id)) === 'After')))
    await waitFor(() => errors.every((follower) => isTold(raisedTo(follower), ['1000003'])))

    for (const follower of runs) expect(statusesOf(follower).filter((status) => status !== 'RUNNING')).toHaveLength(1)
    for (const follower of errors) {
      const late = raisedTo(follower).filter((id) => Number(id) > 1_000_000)
      expect(late).toEqual(['1000001', '1000002', '1000003'])
    }
    expect(all.flatMap(({ events }) => events.flatMap((event) => event.errors ?? []))).toEqual([])
    expect(all.map(({ connections }) => connections())).toEqual(all.map(() => 1))
  }, 300_000)
})
