import { describe, expect, it } from 'vitest'
import { givenAList } from '../records/single-records-fixture.ts'

type Tuning = NonNullable<NonNullable<Parameters<typeof givenAList>[0]>['tuning']>

/** A workspace with room for `limit` links, and a list of that many contacts, synced once. */
async function givenFull(limit: number, count: number, tuning: Tuning = {}) {
  const given = await givenAList({ tuning })
  const { prisma } = given.sync.database
  await prisma.workspace.update({ where: { id: given.sync.viewer.workspaceId }, data: { contactLimit: limit } })
  const ids = given.contacts(count)
  given.portal.putList({ listId: '42', members: ids })
  await given.sync.sync()
  const active = async () => {
    const links = await prisma.contactLink.findMany({ where: { state: 'ACTIVE' }, orderBy: { hubspotId: 'asc' } })
    return links.map(({ hubspotId }) => String(hubspotId))
  }
  const limitError = async () => {
    const error = await prisma.syncError.findFirst({ where: { status: 'OPEN', type: 'LIMIT_EXCEEDED' } })
    return error?.message ?? null
  }
  return { ...given, ids, active, limitError }
}

const paces: Tuning[] = [
  {},
  { pageSize: 1, readLimit: 1, membershipLimit: 1, sliceSize: 1 },
  { pageSize: 3, sliceSize: 2 },
]

describe('B29: room that departures free', () => {
  it.each(paces)(
    'B29, B57, B52: is used in the same run, lowest ids first, by contacts that were left out (%j)',
    async (tuning) => {
      const { portal, sync, ids, active, limitError } = await givenFull(2, 5, tuning)
      expect(await active()).toEqual(ids.slice(0, 2))
      portal.archiveContact(ids[0] as string)

      const run = await sync.sync()

      expect(run).toMatchObject({ unchanged: 1, created: 1, skipped: 2, total: 4 })
      expect(await active()).toEqual(ids.slice(1, 3))
      expect(await limitError()).toMatch(/^2 contacts were skipped/)
      expect(await sync.sync()).toMatchObject({ unchanged: 2, created: 0, skipped: 2 })
      expect(await active()).toEqual(ids.slice(1, 3))
    },
  )

  it('B29, B58: leaves no LIMIT_EXCEEDED if there is room for all', async () => {
    const { portal, sync, ids, active, limitError } = await givenFull(2, 3)
    portal.setListMembers('42', ids.slice(1))

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1, skipped: 0 })

    expect(await active()).toEqual(ids.slice(1))
    expect(await limitError()).toBeNull()
  })

  it('B29, B51: goes to the lowest id, whether that contact waited for a handle or for room', async () => {
    const { portal, sync, ids, active, errors, limitError } = await givenFull(2, 4)
    // The last one wants the handle of the first, which departs. The third was left out only because of the limit.
    portal.putContact({ id: ids[3] as string, properties: { email: 'p0@x.example' } })
    portal.archiveContact(ids[0] as string)

    await sync.sync()

    expect(await active()).toEqual(ids.slice(1, 3))
    expect(await limitError()).toMatch(/^1 contacts were skipped/)
    expect(await errors()).toEqual(['LIMIT_EXCEEDED 0'])
  })

  it('B51: a handle goes to the contact that is retried, and a higher id that synced in the meantime keeps what it took', async () => {
    const { portal, sync, contacts, tell, errors } = await givenAList()
    const [first, second, third] = contacts(3) as [string, string, string]
    portal.setListMembers('42', [first, third])
    await sync.sync()
    portal.setListMembers('42', [second, third])
    portal.archiveContact(first)
    portal.putContact({ id: second, properties: { email: 'p0@x.example', phone: '+14155552671' } })
    portal.putContact({ id: third, properties: { phone: '+14155552671' } })

    await sync.sync()

    expect(await errors()).toEqual([`PHONE_TAKEN ${second}`])
    expect(await tell()).toContain(`${third} P2 +14155552671 p2@x.example`)
  })
})
