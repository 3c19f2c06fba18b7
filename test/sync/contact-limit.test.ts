import { expect, it } from 'vitest'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

it('B29: past the limit nothing is created, the lowest ids are linked, and linked contacts keep updating', async () => {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  const ids = Array.from({ length: 10 }, (_, number) =>
    portal.putContact({ properties: { email: `person${number}@example.test`, firstname: 'Before' } }),
  )
  portal.putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({ simulator, tuning: { membershipLimit: 3, pageSize: 3, readLimit: 2 } })
  const { prisma } = sync.database
  await prisma.workspace.update({ where: { id: sync.viewer.workspaceId }, data: { contactLimit: 4 } })
  await setUpListSync(sync, '42', [
    { property: 'email', target: 'EMAIL' },
    { property: 'firstname', target: 'FIRST_NAME' },
  ])

  const first = await sync.sync()
  for (const id of ids) portal.putContact({ id, properties: { firstname: 'After' } })
  const second = await sync.sync()

  expect(first).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 4, skipped: 6 })
  expect(second).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 0, updated: 4, skipped: 6 })
  const contacts = await prisma.contact.findMany({ orderBy: { externalId: 'asc' } })
  expect(contacts.map(({ externalId, name }) => [externalId, name])).toEqual(ids.slice(0, 4).map((id) => [id, 'After']))
  const errors = await prisma.syncError.findMany()
  expect(errors).toMatchObject([{ type: 'LIMIT_EXCEEDED', hubspotId: 0n, firstRunId: first.id, lastRunId: second.id }])
  expect(errors[0]?.message).toContain('6 contacts')
})

it('B29, B58: links that follow HubSpot count: a departure makes room at the end of the same run or in the next', async () => {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  const ids = Array.from({ length: 5 }, (_, number) =>
    portal.putContact({ properties: { email: `person${number}@example.test` } }),
  )
  portal.putList({ listId: '42', members: ids })
  const sync = await createTestSync({ simulator })
  const { prisma } = sync.database
  await prisma.workspace.update({ where: { id: sync.viewer.workspaceId }, data: { contactLimit: 3 } })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])
  const active = async () => {
    const links = await prisma.contactLink.findMany({ where: { state: 'ACTIVE' }, orderBy: { hubspotId: 'asc' } })
    return links.map(({ hubspotId }) => String(hubspotId))
  }
  await sync.sync()
  expect(await active()).toEqual(ids.slice(0, 3))

  // The cut is stable: linked records keep their links, and left-out ones stay left out.
  expect(await sync.sync()).toMatchObject({ created: 0, unchanged: 3, skipped: 2 })
  expect(await active()).toEqual(ids.slice(0, 3))

  portal.setListMembers('42', ids.slice(1))
  await sync.sync()
  await sync.sync()
  expect(await active()).toEqual(ids.slice(1, 4))
  expect(await prisma.syncError.findMany({ where: { status: 'OPEN' } })).toMatchObject([{ type: 'LIMIT_EXCEEDED' }])

  await prisma.workspace.update({ where: { id: sync.viewer.workspaceId }, data: { contactLimit: 10 } })
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1 })
  expect(await prisma.syncError.count({ where: { status: 'OPEN' } })).toBe(0)
})
