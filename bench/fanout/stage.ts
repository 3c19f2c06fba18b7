import { pino } from 'pino'
import { type ApiProcess, startProcess } from '../../embedded/processes.ts'
import { environmentFor } from '../../embedded/product.ts'
import { startStack } from '../../embedded/stack.ts'
import { startSimulator } from '../../simulator/index.ts'
import { loadEnvironment } from '../../src/config/environment.ts'
import { announceContacts } from '../../src/contacts/announce-contacts.ts'
import { lockContacts } from '../../src/contacts/contact-lock.ts'
import { inTransaction } from '../../src/database/database.ts'
import { newId } from '../../src/database/new-id.ts'
import { openServices } from '../../src/open-services.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'

/** What the clients subscribe to. `write` causes one event and announces it, as a worker does. */
export interface Subject {
  readonly operation: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> }
  write(number: number, isLast: boolean): Promise<void>
  /** Text that only the last event contains. */
  lastOf(events: number): string
  /** True if the server completes the subscription after the last event. */
  readonly ends: boolean
}

const contacts = 200

const fieldsOfContact = `contact {
  id name externalId description avatarUrl isPrivate links handles { source value }
  account { id name } customFields { key value } hubspot { recordId state url } createdAt updatedAt
}`

/** Opens PostgreSQL, Redis, and a workspace with contacts and a run that change. The measurement starts the API. */
export async function openStage() {
  const stack = await startStack({})
  const simulator = await startSimulator({ portals: [{ seed: 1, contacts: 10 }] })
  const env = environmentFor(stack, simulator)
  const services = await openServices(loadEnvironment(env), pino({ level: 'silent' }), { connections: 4 })
  const { database, sync } = services
  const { workspaceId, token } = await createWorkspace(database, {
    name: 'Fan-out',
    plan: 'GROWTH',
    adminEmail: 'ada@fanout.example',
  })
  const ids = await storeContacts(services, workspaceId)

  const changeContact = async (number: number) => {
    const id = ids[number % ids.length] as string
    await inTransaction(database.pool, async (client) => {
      await lockContacts(client, workspaceId)
      await client.query('UPDATE contact SET description = $2, updated_at = change_time() WHERE id = $1', [
        id,
        `changed ${number}`,
      ])
    })
    await announceContacts(sync, workspaceId, [id])
  }
  const contactSubject = (fields: string): Subject => ({
    operation: { query: `subscription Changes { contactChanged { kind contactId at: changedAt cursor ${fields} } }` },
    write: changeContact,
    lastOf: (events) => Buffer.from(`Contact:${ids[(events - 1) % ids.length]}`).toString('base64'),
    ends: false,
  })
  /** Each measurement follows a different run. */
  const runSubject = async (): Promise<Subject> => {
    const run = { id: newId(), workspaceId, objectType: 'CONTACT', trigger: 'MANUAL', settingsVersion: 1 } as const
    await database.prisma.syncRun.create({ data: { ...run, settings: {}, status: 'RUNNING', total: 100_000 } })
    return {
      operation: {
        query: `subscription Progress($id: ID!) { syncProgress(runId: $id) { id status phase at: notice
          progress { processed total created updated unchanged linked skipped failed ratePerSecond etaSeconds } } }`,
        variables: { id: Buffer.from(`SyncRun:${run.id}`).toString('base64') },
      },
      write: async (number, isLast) => {
        const state = isLast ? { status: 'COMPLETED' as const, finishedAt: new Date() } : {}
        const data = { created: number + 1, notice: new Date().toISOString(), ...state }
        await database.prisma.syncRun.update({ where: { id: run.id }, data })
        await sync.announcements.publish('run-progressed', workspaceId, { runId: run.id })
      },
      lastOf: () => 'COMPLETED',
      ends: true,
    }
  }
  const postgres = stack.servers[0]
  return {
    token,
    postgresPid: postgres?.pid ?? null,
    subjects: [
      { name: 'contactChanged, scalars', open: async () => contactSubject('') },
      { name: 'contactChanged { contact { … } }', open: async () => contactSubject(fieldsOfContact) },
      { name: 'syncProgress', open: runSubject },
    ],
    startApi: (): Promise<ApiProcess> => startProcess('serve', env, { guardian: stack.guardian }),
    /** Number of transactions that PostgreSQL has committed. A statement outside a transaction counts as one. */
    statements: async () => {
      await database.pool.query('SELECT pg_stat_clear_snapshot()')
      const { rows } = await database.pool.query<{ count: bigint }>(
        'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
      )
      return Number(rows[0]?.count)
    },
    close: async () => {
      await services.close()
      await simulator.close()
      await stack.stop()
    },
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

async function storeContacts({ database }: Awaited<ReturnType<typeof openServices>>, workspaceId: string) {
  const { prisma } = database
  const account = await prisma.account.create({ data: { id: newId(), workspaceId, name: 'Acme' } })
  const ids = Array.from({ length: contacts }, () => newId())
  await prisma.contact.createMany({
    data: ids.map((id, number) => ({
      id,
      workspaceId,
      accountId: account.id,
      name: `Person ${number}`,
      externalId: String(1_000 + number),
      links: ['https://example.test'],
    })),
  })
  await prisma.contactLink.createMany({
    data: ids.map((contactId, number) => ({
      workspaceId,
      contactId,
      hubspotId: BigInt(1_000 + number),
      syncedAt: new Date(),
    })),
  })
  await prisma.contactHandle.createMany({
    data: ids.flatMap((contactId, number) => [
      { workspaceId, contactId, source: 'EMAIL' as const, value: `person${number}@example.test` },
      { workspaceId, contactId, source: 'PHONE' as const, value: `+1415${String(number).padStart(7, '0')}` },
    ]),
  })
  return ids
}
