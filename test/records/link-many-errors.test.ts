import { expect, it } from 'vitest'
import { linkSyncErrors } from '../../src/sync/errors/link-records.ts'
import { InvalidInputError } from '../../src/user-errors.ts'
import { createTestSync } from '../support/test-sync.ts'
import { type Given, givenAccounts, givenAList } from './single-records-fixture.ts'

const idOf = async ({ sync }: Given, externalId: string) =>
  (await sync.database.prisma.contact.findFirstOrThrow({ where: { externalId } })).id
const errorOf = async ({ sync }: Given, hubspotId: string) =>
  (await sync.database.prisma.syncError.findFirstOrThrow({ where: { hubspotId: BigInt(hubspotId), status: 'OPEN' } }))
    .id

/** Puts pairs of contacts in HubSpot that share an email, and syncs them: the second one of each pair has an error. */
async function givenPairs(pairs: number) {
  const given = await givenAList()
  const put = (name: string, number: number) =>
    given.portal.putContact({ properties: { firstname: `${name}${number}`, email: `p${number}@x.example` } })
  const first = Array.from({ length: pairs }, (_, number) => put('A', number))
  const second = Array.from({ length: pairs }, (_, number) => put('B', number))
  await given.sync.sync()
  return { ...given, first, second }
}

it('B47, B56: many records are linked in one run, each with its own contact', async () => {
  const given = await givenPairs(300)
  const { portal, sync, first, second } = given
  const { prisma } = sync.database
  for (const id of first) portal.putContact({ id, properties: { email: `a${id}@x.example` } })
  const contacts = await prisma.contact.findMany()
  const contactOf = new Map(contacts.map(({ id, externalId }) => [externalId, id]))
  const errors = await prisma.syncError.findMany()
  const links = errors.map(({ id, heldByHubspotId }) => ({
    errorId: id,
    contactId: contactOf.get(String(heldByHubspotId)) ?? null,
    accountId: null,
  }))

  const result = await linkSyncErrors(sync.context, sync.viewer, links)
  await sync.workOff()

  expect(result).toMatchObject({ affected: 300, records: 300, skipped: 0, runIds: [expect.any(String)] })
  expect(await prisma.syncRun.count({ where: { scope: 'RECORDS' } })).toBe(1)
  expect(await given.errors()).toEqual([])
  // Each contact follows the second record of its pair. The first ones became contacts of their own.
  for (const [index, id] of second.entries()) {
    expect(await idOf(given, id)).toBe(contactOf.get(first[index] ?? ''))
    if (index === 3) break
  }
  expect(await prisma.contact.count()).toBe(600)
  expect(await given.tell()).toContain(`${second[7]} B7 p7@x.example`)
})

it('B44, B56: two records swap their contacts in one call', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const [one, two] = given.contacts(2) as [string, string]
  await sync.sync()
  const before = { one: await idOf(given, one), two: await idOf(given, two) }
  // Each has now the email that the other one's contact has.
  portal.putContact({ id: one, properties: { email: 'p1@x.example' } })
  portal.putContact({ id: two, properties: { email: 'p0@x.example' } })
  await sync.sync()
  expect(await given.errors()).toEqual([`EMAIL_TAKEN ${one}`, `EMAIL_TAKEN ${two}`])

  const result = await linkSyncErrors(sync.context, sync.viewer, [
    { errorId: await errorOf(given, one), contactId: before.two, accountId: null },
    { errorId: await errorOf(given, two), contactId: before.one, accountId: null },
  ])
  await sync.workOff()

  expect(result).toMatchObject({ affected: 2, skipped: 0 })
  expect({ one: await idOf(given, one), two: await idOf(given, two) }).toEqual({ one: before.two, two: before.one })
  expect(await given.tell()).toEqual([`${one} P0 p1@x.example`, `${two} P1 p0@x.example`])
  expect(await given.errors()).toEqual([])
})

it('B8, B56: links that cannot be made are skipped with the reason, and the others are made', async () => {
  const given = await givenPairs(4)
  const { portal, sync, first, second } = given
  const { prisma } = sync.database
  const { workspaceId, userId } = sync.viewer
  const bad = portal.putContact({ properties: { firstname: 'Bad' } })
  await sync.sync()
  const mine = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId, privateOwnerId: userId } })
  const local = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId } })
  const other = await createTestSync({ simulator: given.simulator, database: sync.database })
  const theirs = await prisma.contact.create({
    data: { id: crypto.randomUUID(), workspaceId: other.viewer.workspaceId },
  })
  const [e0, e1, e2, e3] = await Promise.all(second.map((id) => errorOf(given, id)))
  const [c0, c1] = [await idOf(given, first[0] ?? ''), await idOf(given, first[1] ?? '')]
  const link = (errorId: string | undefined, contactId: string | null, accountId: string | null = null) => ({
    errorId: errorId ?? '',
    contactId,
    accountId,
  })
  const unknown = crypto.randomUUID()
  const asked = [
    link(e0, c0),
    link(e0, c0),
    link(e1, c0),
    link(e1, local.id),
    link(e2, mine.id),
    link(e2, theirs.id),
    link(e3, null, crypto.randomUUID()),
    link(unknown, c1),
    link(await errorOf(given, bad), local.id),
  ]

  const result = await linkSyncErrors(sync.context, sync.viewer, asked)

  expect(result).toMatchObject({ affected: 2, records: 1, skipped: 7 })
  expect(result.skippedErrors.map(({ errorId, reason, heldById }) => [errorId, reason, heldById])).toEqual([
    [e3, 'WRONG_TARGET', null],
    [unknown, 'NOT_FOUND', null],
    [e1, 'DUPLICATE', null],
    [e1, 'HANDLE_TAKEN', c1],
    [e2, 'TARGET_NOT_FOUND', null],
    [e2, 'TARGET_NOT_FOUND', null],
    [await errorOf(given, bad), 'STILL_SKIPPED', null],
  ])
  expect(await prisma.contact.count({ where: { externalId: second[0] ?? '' } })).toBe(1)
  expect(await prisma.contact.findMany({ where: { id: { in: [mine.id, theirs.id, local.id] } } })).toMatchObject([
    { externalId: null },
    { externalId: null },
    { externalId: null },
  ])
  await expect(
    linkSyncErrors(sync.context, sync.viewer, Array<(typeof asked)[number]>(1_001).fill(link(e0, c0))),
  ).rejects.toThrow(InvalidInputError)
  expect(await linkSyncErrors(other.context, other.viewer, []).catch(({ code }) => code)).toBe('SYNC_STATE')
})

it('B29, B56: links are made as long as there is room for them', async () => {
  const given = await givenPairs(3)
  const { sync, second } = given
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  await prisma.workspace.update({ where: { id: workspaceId }, data: { contactLimit: 4 } })
  await prisma.contactHandle.deleteMany({})
  const links = await Promise.all(
    second.map(async (id) => {
      const { id: contactId } = await prisma.contact.create({ data: { id: crypto.randomUUID(), workspaceId } })
      return { errorId: await errorOf(given, id), contactId, accountId: null }
    }),
  )

  const result = await linkSyncErrors(sync.context, sync.viewer, links)

  expect(result).toMatchObject({ affected: 1, skipped: 2 })
  expect(result.skippedErrors.map(({ reason }) => reason)).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED'])
})

it('B65, B56: companies are linked to accounts in the same call', async () => {
  const given = await givenAccounts()
  const { portal, sync } = given
  const { prisma } = sync.database
  const first = portal.putCompany({ properties: { name: 'First', domain: 'same.example' } })
  const second = portal.putCompany({ properties: { name: 'Second', domain: 'same.example' } })
  await sync.sync()
  const account = await prisma.account.findFirstOrThrow({ where: { externalId: first } })
  const { id: other } = await prisma.account.create({
    data: { id: crypto.randomUUID(), workspaceId: sync.viewer.workspaceId },
  })
  const link = (accountId: string) => async () =>
    linkSyncErrors(sync.context, sync.viewer, [{ errorId: await errorOf(given, second), contactId: null, accountId }])

  expect(await link(other)()).toMatchObject({
    affected: 0,
    skippedErrors: [{ reason: 'HANDLE_TAKEN', heldById: account.id }],
  })
  expect(await link(account.id)()).toMatchObject({ affected: 1, runIds: [expect.any(String)] })
  await sync.workOff()

  expect(await prisma.account.findUnique({ where: { id: account.id } })).toMatchObject({
    externalId: second,
    name: 'Second',
  })
})
