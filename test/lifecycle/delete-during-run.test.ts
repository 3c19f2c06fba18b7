import { expect, it } from 'vitest'
import { revokeLogin } from '../../src/connection/revoke-login.ts'
import { createContact } from '../../src/contacts/save-contact.ts'
import { deleteWorkspace } from '../../src/lifecycle/delete-workspace.ts'
import { countRows } from '../../src/lifecycle/tenant-tables.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { NotFoundError } from '../../src/user-errors.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

it('a workspace is deleted while a worker is in the middle of a run, which then writes nothing more', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 400, seed: 3 }] })
  const sync = await createTestSync({ simulator, tuning: { pageSize: 20 } })
  const { database, context, connection, viewer } = sync
  const { workspaceId } = viewer
  await setUpSeededListSync(sync)
  await startSync(context, viewer)
  const working = sync.workOff().catch(() => {})
  await waitFor(async () => (await database.prisma.contact.count({ where: { workspaceId } })) > 0)

  const { rows, login } = await deleteWorkspace(
    { database, now: context.now, revokeLogin: (id) => revokeLogin({ database }, connection, id) },
    workspaceId,
    'Test',
  )
  await working
  await sync.workOff()

  expect(login).toEqual({ outcome: 'REVOKED' })
  expect(simulator.requests.countOf('revoke')).toBe(1)
  expect(new Set(Object.values(rows))).toEqual(new Set([0]))
  expect(new Set(Object.values(await countRows(database.pool, workspaceId)))).toEqual(new Set([0]))
})

it('a request that was admitted before the deletion can no longer write', async () => {
  const { database, context, viewer } = await createTestSync({ simulator: await startTestSimulator() })
  await database.prisma.workspace.update({ where: { id: viewer.workspaceId }, data: { deletionStartedAt: new Date() } })

  await expect(createContact(context, viewer, { name: 'Late' })).rejects.toThrow(NotFoundError)
  await expect(startSync(context, viewer)).rejects.toThrow()

  expect(await database.prisma.contact.count()).toBe(0)
})
