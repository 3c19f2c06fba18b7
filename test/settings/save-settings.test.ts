import { expect, test } from 'vitest'
import type { Viewer } from '../../src/auth/viewer.ts'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import { getSyncSettings } from '../../src/sync/settings/get-sync-settings.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { settingsSnapshotSchema, takeSnapshot } from '../../src/sync/settings/snapshot.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { createTestSync, startTestSimulator } from '../support/test-sync.ts'

const simulator = await startTestSimulator({ portals: [{ contacts: 5 }] })

test('B37, B39: each edit creates a version by its author, and starts nothing', async () => {
  const { context, viewer, database } = await createTestSync({ simulator })
  const { prisma } = database
  expect(await getSyncSettings(prisma, viewer.workspaceId)).toMatchObject({ version: 0, contactsEnabled: false })

  await updateSyncSettings(context, viewer, { contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42' })
  await setFieldMappings(context, viewer, 'CONTACT', [{ property: 'email', target: 'EMAIL' }])

  expect(await getSyncSettings(prisma, viewer.workspaceId)).toMatchObject({
    version: 2,
    contactsEnabled: true,
    contactSource: 'FROM_LIST',
    listId: '42',
    lastTouchedById: viewer.userId,
    activatedAt: null,
    nextRunAt: null,
  })
  expect(await prisma.syncRun.count()).toBe(0)
})

test('B23: earlier settings stay when something else is saved', async () => {
  const { context, viewer, database } = await createTestSync({ simulator })
  await updateSyncSettings(context, viewer, { contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42' })
  await setFieldMappings(context, viewer, 'CONTACT', [{ property: 'email', target: 'EMAIL' }])

  await updateSyncSettings(context, viewer, { contactsEnabled: false })
  await setFieldMappings(context, viewer, 'ACCOUNT', [{ property: 'name', target: 'NAME' }])

  const { workspaceId } = viewer
  expect(await getSyncSettings(database.prisma, workspaceId)).toMatchObject({ contactsEnabled: false, listId: '42' })
  expect(
    await database.prisma.fieldMapping.findMany({ where: { workspaceId }, orderBy: { objectType: 'asc' } }),
  ).toMatchObject([
    { objectType: 'CONTACT', hubspotProperty: 'email' },
    { objectType: 'ACCOUNT', hubspotProperty: 'name' },
  ])
})

test('B25: if two admins edit at the same time, one is refused rather than both edits being saved', async () => {
  const { context, viewer, database } = await createTestSync({ simulator })
  await updateSyncSettings(context, viewer, { accountsEnabled: true, contactSource: 'FROM_LIST', listId: '42' })

  const outcomes = await Promise.allSettled([
    updateSyncSettings(context, viewer, { contactSource: 'FROM_SYNCED_ACCOUNTS' }),
    updateSyncSettings(context, viewer, { accountsEnabled: false }),
  ])

  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await getSyncSettings(database.prisma, viewer.workspaceId)).toMatchObject({ version: 2 })
})

test('B39: a snapshot contains what a run needs, and reads back unchanged', async () => {
  const { context, viewer, database } = await createTestSync({ simulator })
  const { workspaceId } = viewer
  const options = ['Lead', 'Customer']
  await createCustomField(database, viewer, { objectType: 'CONTACT', name: 'Stage', type: 'ENUM', options })
  await updateSyncSettings(context, viewer, { contactSource: 'FROM_LIST', listId: '42', defaultPhoneRegion: 'DE' })
  await setFieldMappings(context, viewer, 'CONTACT', [
    { property: 'phone', target: 'PHONE' },
    { property: 'lifecyclestage', target: 'CUSTOM_FIELD', customField: 'stage' },
  ])

  const snapshot = await takeSnapshot(database.prisma, workspaceId)

  expect(snapshot).toEqual({
    version: 2,
    accountsEnabled: false,
    contactsEnabled: false,
    contactSource: 'FROM_LIST',
    listId: '42',
    defaultPhoneRegion: 'DE',
    departureLimitPercent: 20,
    accountMappings: [],
    contactMappings: [
      { property: 'phone', target: 'PHONE', customField: null },
      { property: 'lifecyclestage', target: 'CUSTOM_FIELD', customField: { key: 'stage', type: 'ENUM', options } },
    ],
  })
  expect(settingsSnapshotSchema.parse(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot)
})

test('B24: there is no snapshot before a contact source is chosen', async () => {
  const { viewer, database } = await createTestSync({ simulator })

  await expect(takeSnapshot(database.prisma, viewer.workspaceId)).rejects.toMatchObject({ code: 'SYNC_STATE' })
})

test('B19, B21, B15: role, plan, and connection are checked in this order', async () => {
  const { context, viewer, database } = await createTestSync({ simulator })
  const save = (as: Partial<Viewer>) => updateSyncSettings(context, { ...viewer, ...as }, { contactsEnabled: true })

  await expect(save({ role: 'MEMBER', plan: 'STARTER' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(save({ plan: 'STARTER' })).rejects.toMatchObject({ code: 'PLAN_REQUIRED' })
  await database.prisma.hubSpotConnection.updateMany({ data: { status: 'DISCONNECTED' } })
  await expect(save({})).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
})
