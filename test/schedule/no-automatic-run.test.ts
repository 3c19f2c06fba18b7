import { expect, it } from 'vitest'
import { disconnect } from '../../src/connection/disconnect.ts'
import { pauseSync, resumeSync, startSync } from '../../src/sync/runs/control-run.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { PlanRequiredError, SyncStateError } from '../../src/user-errors.ts'
import { setPlan } from '../../src/workspaces/manage-workspaces.ts'
import { createScheduledSync, HOUR } from './scheduled-sync.ts'

it('B38: a paused sync starts no run by itself; once resumed, it makes up for the missed one', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  await pauseSync(sync.context, sync.viewer)
  sync.clock.advance(50 * HOUR)

  expect(await sync.tick()).toBe(0)
  await expect(startSync(sync.context, sync.viewer)).rejects.toThrow(SyncStateError)

  await resumeSync(sync.context, sync.viewer)
  expect([await sync.tick(), await sync.tick()]).toEqual([1, 0])
})

it('B22: a downgrade stops the schedule and manual starts and removes nothing; an upgrade resumes', async () => {
  const sync = await createScheduledSync()
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  await sync.sync()
  const stored = () =>
    Promise.all([
      prisma.syncSettings.findMany(),
      prisma.fieldMapping.findMany(),
      prisma.contactLink.findMany({ orderBy: { hubspotId: 'asc' } }),
      prisma.contact.findMany({ orderBy: { id: 'asc' } }),
    ])
  const before = await stored()

  await setPlan(sync.database, workspaceId, 'STARTER')
  sync.clock.advance(24 * HOUR)

  expect(await sync.tick()).toBe(0)
  await expect(startSync(sync.context, { ...sync.viewer, plan: 'STARTER' })).rejects.toThrow(PlanRequiredError)
  expect(await stored()).toEqual(before)
  expect(before[3]).toHaveLength(10)

  await setPlan(sync.database, workspaceId, 'GROWTH')

  expect([await sync.tick(), await sync.tick()]).toEqual([1, 0])
  expect(await sync.scheduledRuns()).toMatchObject([{ status: 'COMPLETED' }])
})

it('B15: without a log-in to HubSpot no run starts by itself', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  await disconnect(sync.connection, sync.viewer)
  sync.clock.advance(24 * HOUR)

  expect(await sync.tick()).toBe(0)
})

it('B23: with both toggles off nothing runs, and turning one on again starts nothing immediately (B37)', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  await updateSyncSettings(sync.context, sync.viewer, { contactsEnabled: false })
  sync.clock.advance(24 * HOUR)
  expect(await sync.tick()).toBe(0)

  await updateSyncSettings(sync.context, sync.viewer, { contactsEnabled: true })

  expect(await sync.tick()).toBe(0)
  sync.clock.advance(24 * HOUR)
  expect(await sync.tick()).toBe(1)
})

it('B9: a workspace that cannot be started does not delay others', async () => {
  const sync = await createScheduledSync()
  await sync.sync()
  const { prisma } = sync.database
  const { organizationId } = sync.viewer
  const broken = '00000000-0000-4000-8000-00000000000b'
  await prisma.workspace.create({ data: { id: broken, organizationId, name: 'Broken', plan: 'GROWTH' } })
  const connection = await prisma.hubSpotConnection.findFirstOrThrow()
  await prisma.hubSpotConnection.create({ data: { ...connection, workspaceId: broken } })
  await prisma.syncSettings.create({
    data: {
      workspaceId: broken,
      accountsEnabled: true,
      activatedAt: new Date(0),
      nextRunAt: new Date(0),
      mappings: { create: { objectType: 'ACCOUNT', hubspotProperty: 'name', target: 'NAME', position: 0 } },
    },
  })
  // Stands for anything that may go wrong with one workspace's data.
  await sync.database.pool.query(
    `ALTER TABLE sync_run ADD CONSTRAINT broken CHECK (workspace_id <> '${broken}' OR trigger <> 'SCHEDULED')`,
  )
  sync.clock.advance(24 * HOUR)

  expect(await sync.tick()).toBe(1)

  expect(await sync.scheduledRuns()).toMatchObject([{ status: 'COMPLETED' }])
})
