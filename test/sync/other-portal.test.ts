import { expect, it } from 'vitest'
import { beginLogin } from '../../src/connection/begin-login.ts'
import { OtherPortalError } from '../../src/connection/errors.ts'
import { finishLogin } from '../../src/connection/finish-login.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { startDueRuns } from '../../src/sync/runs/start-due-runs.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { SyncStateError } from '../../src/user-errors.ts'
import { approve } from '../connection/connected-workspace.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

/**
 * Two portals whose contacts have the same ids but are different people, except one who is in both. The first portal is
 * synced.
 */
async function givenTwoPortals() {
  const portals = [
    { hubId: 1, empty: true, rateLimit: null },
    { hubId: 2, empty: true, rateLimit: null },
  ]
  const simulator = await startTestSimulator({ portals })
  for (const [index, names] of [
    ['Ada', 'Grace', 'Both'],
    ['Edsger', 'Both', 'Barbara'],
  ].entries()) {
    const portal = simulator.portals[index]
    for (const [number, name] of names.entries()) {
      portal?.putContact({ id: 100 + number, properties: { firstname: name, email: `${name}@example.test` } })
    }
    portal?.putList({ listId: '42', members: 'all-contacts' })
  }
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [
    { property: 'email', target: 'EMAIL' },
    { property: 'firstname', target: 'NAME' },
  ])
  await sync.sync()
  const logInToTheOther = async (allowPortalChange: boolean) => {
    const { authorizeUrl } = await beginLogin(sync.connection, sync.viewer, { allowPortalChange })
    return finishLogin(sync.connection, sync.viewer, await approve(simulator, authorizeUrl, 2))
  }
  return { sync, logInToTheOther }
}

const contacts = async ({ database }: TestSync) => {
  const rows = await database.prisma.contact.findMany({
    include: { handles: true, link: true },
    orderBy: { name: 'asc' },
  })
  return rows.map(({ name, externalId, handles, link }) => [name, externalId, handles[0]?.value, link !== null])
}

it('B18: a log-in to another portal is refused unless confirmed, and changes nothing', async () => {
  const { sync, logInToTheOther } = await givenTwoPortals()
  const before = await contacts(sync)
  const settings = await sync.database.prisma.syncSettings.findFirst()

  await expect(logInToTheOther(false)).rejects.toThrow(OtherPortalError)

  expect(await contacts(sync)).toEqual(before)
  expect(await sync.database.prisma.syncSettings.findFirst()).toEqual(settings)
})

it('B18 I3: once confirmed, ids of the first portal link nothing any more, and no contact is lost', async () => {
  const { sync, logInToTheOther } = await givenTwoPortals()
  const running = await startSync(sync.context, sync.viewer)

  expect(await logInToTheOther(true)).toMatchObject({ portalId: 2n, replacedPortalId: 1n })

  expect(await contacts(sync)).toEqual([
    ['Ada', null, 'ada@example.test', false],
    ['Both', null, 'both@example.test', false],
    ['Grace', null, 'grace@example.test', false],
  ])
  expect((await sync.run(running.id)).status).toBe('CANCELLED')
  await sync.workOff()
  expect(await sync.database.prisma.contactLink.count()).toBe(0)
  expect(await sync.database.prisma.fieldMapping.count()).toBe(2)
})

it('B18 B37: nothing starts in the other portal by itself, and a list has to be chosen there', async () => {
  const { sync, logInToTheOther } = await givenTwoPortals()
  await sync.database.prisma.syncSettings.updateMany({ data: { nextRunAt: new Date(0) } })

  await logInToTheOther(true)

  expect(await startDueRuns(sync.context)).toBe(0)
  await expect(startSync(sync.context, sync.viewer)).rejects.toThrow(SyncStateError)
})

it('B18 B46: the next start matches by handle and does not touch other contacts', async () => {
  const { sync, logInToTheOther } = await givenTwoPortals()
  await logInToTheOther(true)
  await updateSyncSettings(sync.context, sync.viewer, { contactSource: 'FROM_LIST', listId: '42' })

  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 2, linked: 1, updated: 0 })

  expect(await contacts(sync)).toEqual([
    ['Ada', null, 'ada@example.test', false],
    ['Barbara', '102', 'barbara@example.test', true],
    ['Both', '101', 'both@example.test', true],
    ['Edsger', '100', 'edsger@example.test', true],
    ['Grace', null, 'grace@example.test', false],
  ])
})
