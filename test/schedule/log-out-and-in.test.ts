import { expect, it } from 'vitest'
import { beginLogin } from '../../src/connection/begin-login.ts'
import { disconnect } from '../../src/connection/disconnect.ts'
import { finishLogin } from '../../src/connection/finish-login.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { NotConnectedError } from '../../src/user-errors.ts'
import { approve } from '../connection/connected-workspace.ts'
import { createScheduledSync, HOUR } from './scheduled-sync.ts'

it('B15 B16: after a log-out, nothing can be set up or started; after a log-in, settings, mappings, and links are still there', async () => {
  const sync = await createScheduledSync()
  const { context, connection, viewer, simulator } = sync
  const { prisma } = sync.database
  await sync.sync()
  const stored = () =>
    Promise.all([
      prisma.syncSettings.findMany(),
      prisma.fieldMapping.findMany(),
      prisma.contactLink.findMany({ orderBy: { hubspotId: 'asc' } }),
      prisma.contact.findMany({ orderBy: { id: 'asc' } }),
    ])
  const before = await stored()

  await disconnect(connection, viewer)
  await expect(startSync(context, viewer)).rejects.toThrow(NotConnectedError)
  await expect(updateSyncSettings(context, viewer, { contactsEnabled: true })).rejects.toThrow(NotConnectedError)
  sync.clock.advance(HOUR)
  const { authorizeUrl } = await beginLogin(connection, viewer)
  await finishLogin(connection, viewer, await approve(simulator, authorizeUrl))

  expect(await stored()).toEqual(before)
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 0, unchanged: 10 })
})
