import { expect, it } from 'vitest'
import { givenAList } from './single-records-fixture.ts'

const day = 24 * 60 * 60 * 1000

it('B54: a problem that lasts over many runs is one error with the times at which it was first and last seen', async () => {
  let at = new Date('2026-11-20T10:00:00Z')
  const { portal, sync } = await givenAList({ now: () => at })
  portal.putContact({ properties: { firstname: 'Bare' } })
  const first = await sync.sync()
  at = new Date(at.getTime() + day)
  await sync.sync()
  at = new Date(at.getTime() + day)

  const last = await sync.sync()

  expect(await sync.database.prisma.syncError.findMany()).toMatchObject([
    {
      type: 'MISSING_HANDLE',
      status: 'OPEN',
      firstRunId: first.id,
      lastRunId: last.id,
      firstSeenAt: new Date('2026-11-20T10:00:00Z'),
      lastSeenAt: new Date('2026-11-22T10:00:00Z'),
      resolvedAt: null,
    },
  ])
})

it('B54: an error is resolved when a run syncs the record, and when it is no longer in scope', async () => {
  const { portal, sync, errors } = await givenAList()
  const [mended, left, gone] = ['A', 'B', 'C'].map((firstname) => portal.putContact({ properties: { firstname } }))
  portal.setListMembers('42', [mended ?? '', left ?? '', gone ?? ''])
  await sync.sync()
  expect(await errors()).toHaveLength(3)
  portal.putContact({ id: mended ?? '', properties: { email: 'mended@x.example' } })
  portal.archiveContact(gone ?? '')
  portal.setListMembers('42', [mended ?? '', gone ?? ''])

  const run = await sync.sync()

  expect(run).toMatchObject({ status: 'COMPLETED', created: 1, skipped: 0 })
  const all = await sync.database.prisma.syncError.findMany()
  expect(all.map(({ status }) => status)).toEqual(['RESOLVED', 'RESOLVED', 'RESOLVED'])
  expect(all.every(({ resolvedAt }) => resolvedAt !== null)).toBe(true)
})

it('B54: a problem that comes back is a new error', async () => {
  const { portal, sync } = await givenAList()
  const id = portal.putContact({ properties: { firstname: 'Bare' } })
  await sync.sync()
  portal.putContact({ id, properties: { email: 'mended@x.example' } })
  await sync.sync()
  portal.putContact({ id, properties: { email: '' } })

  await sync.sync()

  const errors = await sync.database.prisma.syncError.findMany({ orderBy: { firstSeenAt: 'asc' } })
  expect(errors.map(({ type, status }) => [type, status])).toEqual([
    ['MISSING_HANDLE', 'RESOLVED'],
    ['MISSING_HANDLE', 'OPEN'],
  ])
})

it('B53, B54: a run that could not continue is one error too, and a successful run resolves it', async () => {
  const { portal, sync, errors } = await givenAList()
  portal.deleteList('42')
  await sync.sync()
  await sync.sync()
  expect(await errors()).toEqual(['HUBSPOT_LIST_NOT_FOUND 0'])
  portal.restoreList('42')

  await sync.sync()

  expect(await errors()).toEqual([])
})
