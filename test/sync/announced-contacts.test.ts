import { expect, test } from 'vitest'
import type { Announcements } from '../../src/broker/announcements.ts'
import { presentPosition, readChanges } from '../../src/contacts/read-changes.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'

/** Records announcements about contacts, as any listening process would receive them. */
function recorder() {
  const announced: string[][] = []
  const announcements: Announcements = {
    publish: async (_topic, _workspaceId, payload) => {
      if ('contactIds' in payload) announced.push([...payload.contactIds])
    },
    subscribe: async () => {
      throw new Error('nobody listens here')
    },
  }
  return { announced, announcements }
}

test('B6, B52: a run announces only the contacts that it wrote, at most 100 at a time', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 250 }] })
  const { announced, announcements } = recorder()
  const sync = await createTestSync({ simulator, announcements })
  const { workspaceId } = sync.viewer
  await setUpSeededListSync(sync)

  await sync.sync()
  const contacts = await sync.database.prisma.contact.findMany({ where: { workspaceId }, select: { id: true } })
  const first = announced.splice(0)
  await sync.sync()

  expect(contacts.length).toBeGreaterThan(100)
  expect(new Set(first.flat())).toEqual(new Set(contacts.map(({ id }) => id)))
  expect(Math.max(...first.map((ids) => ids.length))).toBeLessThanOrEqual(100)
  expect(announced).toEqual([])
})

test('B6: contacts that a run no longer finds count as changed', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 40 }] })
  const { announced, announcements } = recorder()
  const sync = await createTestSync({ simulator, announcements })
  const { workspaceId } = sync.viewer
  const { pool, prisma } = sync.database
  await setUpSeededListSync(sync)
  await sync.sync()
  announced.splice(0)
  const position = await presentPosition(pool, workspaceId)
  const [link] = await prisma.contactLink.findMany({ where: { workspaceId, state: 'ACTIVE' }, take: 1 })
  if (link === undefined) throw new Error('nothing was synced')
  simulator.portal().archiveContact(Number(link.hubspotId))

  await sync.sync()

  const changes = await readChanges(pool, workspaceId, position, { limit: 10 })
  expect(changes).toMatchObject([{ id: link.contactId, kind: 'UNLINKED' }])
  expect(announced).toEqual([[link.contactId]])
})
