import { describe, expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { givenAList } from '../records/single-records-fixture.ts'

type Given = Awaited<ReturnType<typeof givenAList>>

const listed = ['DYNAMIC', 'MANUAL', 'SNAPSHOT'] as const

/** Three synced members of a list of this type. */
async function givenThree(processingType: (typeof listed)[number]) {
  const given = await givenAList()
  const ids = given.contacts(3) as [string, string, string]
  given.portal.putList({ listId: '42', processingType, members: ids })
  await given.sync.sync()
  return { ...given, ids }
}

const states = async ({ sync }: Pick<Given, 'sync'>) => {
  const links = await sync.database.prisma.contactLink.findMany({ orderBy: { hubspotId: 'asc' } })
  return links.map(({ state }) => state)
}

describe('B58: a list that HubSpot is building', () => {
  it.each(listed)(
    'B58, B40: nobody is considered to have left a %s list before it is complete again, and the run says so',
    async (type) => {
      const given = await givenThree(type)
      const { portal, sync, ids } = given
      const [first, second, third] = ids
      const seenBefore = await sync.database.prisma.contactLink.findFirstOrThrow({
        where: { hubspotId: BigInt(third) },
      })
      portal.setListMembers('42', [first, second])
      portal.rebuildList('42', [first])
      portal.putContact({ id: first, properties: { firstname: 'New' } })

      const during = await sync.sync()

      expect(during).toMatchObject({ status: 'COMPLETED', updated: 1 })
      expect(during.notice).toMatch(/still building the list.*stay as they are/)
      expect(await states(given)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE'])
      const unseen = await sync.database.prisma.contactLink.findFirstOrThrow({ where: { hubspotId: BigInt(third) } })
      expect(unseen).toMatchObject({ isHeld: true })
      expect(unseen.syncedAt.getTime()).toBeGreaterThanOrEqual(seenBefore.syncedAt.getTime())

      portal.completeList('42')
      const after = await sync.sync()
      expect(after).toMatchObject({ status: 'COMPLETED', notice: null })
      expect(await states(given)).toEqual(['ACTIVE', 'ACTIVE', 'OUT_OF_SCOPE'])
    },
  )

  it('B58: a list that HubSpot begins to build while it is read is checked again before departures are settled', async () => {
    const { portal, sync, ids } = await givenThree('DYNAMIC')
    const { context } = sync
    portal.setListMembers('42', ids.slice(0, 1))
    const during = {
      ...context,
      openPortal: async (workspaceId: string) => {
        const opened = await context.openPortal(workspaceId)
        return {
          ...opened,
          membershipPage: async (...given: Parameters<typeof opened.membershipPage>) => {
            const page = await opened.membershipPage(...given)
            portal.rebuildList('42', ids.slice(0, 1))
            return page
          },
        }
      },
    }

    const { id } = await startSync(context, sync.viewer)
    for (let chunk = sync.queue.shift(); chunk !== undefined; chunk = sync.queue.shift()) {
      await workOnRun(during, chunk, new AbortController().signal)
    }
    const run = await sync.run(id)

    expect(run.notice).toMatch(/still building the list/)
    expect(await states({ sync })).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE'])
  })

  it('B58, B54: errors of contacts that it does not show stay open until it is complete', async () => {
    const { portal, sync, ids, errors } = await givenThree('DYNAMIC')
    portal.putContact({ id: ids[2], properties: { email: '' } })
    await sync.sync()
    expect(await errors()).toEqual([`MISSING_HANDLE ${ids[2]}`])

    portal.rebuildList('42', ids.slice(0, 2))
    await sync.sync()
    expect(await errors()).toEqual([`MISSING_HANDLE ${ids[2]}`])

    portal.setListMembers('42', ids.slice(0, 2))
    portal.completeList('42')
    await sync.sync()
    expect(await errors()).toEqual([])
  })

  it('B58: a run over single records settles no departures from it either', async () => {
    const { portal, sync, ids, syncRecords } = await givenThree('DYNAMIC')
    portal.rebuildList('42', ids.slice(0, 1))
    portal.putContact({ id: ids[0], properties: { firstname: 'New' } })

    const run = await syncRecords(ids)

    expect(run).toMatchObject({ status: 'COMPLETED', updated: 1 })
    expect(run.notice).toMatch(/still building the list/)
    expect(await states({ sync })).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE'])
  })

  it('B58: an emptied list requires confirmation only once it is complete', async () => {
    const { portal, sync, contacts } = await givenAList()
    const ids = contacts(30)
    portal.putList({ listId: '42', members: ids })
    await sync.sync()

    portal.rebuildList('42', [])
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })

    portal.setListMembers('42', [])
    portal.completeList('42')
    expect(await sync.sync()).toMatchObject({ status: 'PAUSED' })
  })
})
