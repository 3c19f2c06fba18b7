import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { HandleSource } from '../../src/generated/prisma/enums.ts'
import type { MappingInput } from '../../src/sync/settings/mapping-rules.ts'
import { givenAPortal, tellContacts, tellErrors } from '../support/set-up-accounts.ts'
import { setUpListSync, type TestSync } from '../support/test-sync.ts'

const mappings: readonly MappingInput[] = [
  { property: 'firstname', target: 'FIRST_NAME' },
  { property: 'email', target: 'EMAIL' },
  { property: 'phone', target: 'PHONE' },
]

const givenAList = async (mapped = mappings, tuning = {}) => {
  const { portal, sync } = await givenAPortal({ tuning })
  portal.putList({ listId: '42', members: 'all-contacts' })
  await setUpListSync(sync, '42', mapped)
  return { portal, sync }
}

/** A local contact that no sync knows. */
const putOurs = async (
  { database, viewer: { workspaceId } }: TestSync,
  name: string,
  handles: readonly (readonly [HandleSource, string])[],
  { privateOwnerId = null as string | null, externalId = null as string | null } = {},
) => {
  const id = randomUUID()
  const isPrivate = privateOwnerId !== null
  await database.prisma.contact.create({ data: { id, workspaceId, name, privateOwnerId, externalId } })
  for (const [source, value] of handles) {
    await database.prisma.contactHandle.create({ data: { workspaceId, contactId: id, source, value, isPrivate } })
  }
  return id
}

describe('rule 1', () => {
  it('B44: a contact with the external id is updated, even if a handle would lead to another one', async () => {
    const { portal, sync } = await givenAList()
    const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })
    await sync.sync()
    const { id } = await sync.database.prisma.contact.findFirstOrThrow()

    portal.putContact({ id: ann, properties: { firstname: 'Anna', email: 'anna@x.example' } })
    expect(await sync.sync()).toMatchObject({ updated: 1, linked: 0, created: 0 })

    expect(await tellContacts(sync)).toEqual([`${ann} Anna anna@x.example`])
    expect((await sync.database.prisma.contact.findFirstOrThrow()).id).toBe(id)
  })

  it('B47, B50: a linked contact whose new email belongs to another is skipped completely and keeps its old data', async () => {
    const { portal, sync } = await givenAList()
    const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })
    await sync.sync()
    const holder = await putOurs(sync, 'Ours', [['EMAIL', 'new@x.example']])

    portal.putContact({ id: ann, properties: { firstname: 'Anna', email: 'new@x.example' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', skipped: 1, updated: 0 })

    expect(await tellContacts(sync)).toEqual(['- Ours new@x.example', `${ann} Ann ann@x.example`])
    expect(await sync.database.prisma.syncError.findMany()).toMatchObject([
      { type: 'EMAIL_TAKEN', hubspotId: BigInt(ann), heldByContactId: holder, heldByHubspotId: null },
    ])
  })
})

describe('rule 2', () => {
  it('B43, B46: a free contact with the same handle is linked: its externalId becomes the HubSpot id', async () => {
    const { portal, sync } = await givenAList()
    const ours = await putOurs(sync, 'Ours', [['EMAIL', 'ann@x.example']])
    const ann = portal.putContact({ properties: { firstname: 'Ann', email: ' Ann@X.example ' } })

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', linked: 1, created: 0 })

    expect(await sync.database.prisma.contact.findMany()).toMatchObject([{ id: ours, externalId: ann, name: 'Ann' }])
  })

  it('B43, I2: no second contact can have the id', async () => {
    const { portal, sync } = await givenAList()
    const ann = portal.putContact({ properties: { email: 'ann@x.example' } })
    await sync.sync()

    await expect(putOurs(sync, 'Second', [], { externalId: ann })).rejects.toThrow(/[Uu]nique/)
  })

  it('B47: a contact that is linked to another HubSpot contact stays as it is, and the error names all three', async () => {
    const { portal, sync } = await givenAList()
    const a = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example', phone: '415 555 2671' } })
    await sync.sync()
    const before = await tellContacts(sync)
    const { id } = await sync.database.prisma.contact.findFirstOrThrow()
    const h = portal.putContact({ properties: { firstname: 'Impostor', email: 'ann@x.example' } })

    expect(await sync.sync()).toMatchObject({ unchanged: 1, skipped: 1 })

    expect(await tellContacts(sync)).toEqual(before)
    const [error] = await sync.database.prisma.syncError.findMany()
    expect(error).toMatchObject({
      type: 'EMAIL_TAKEN',
      hubspotId: BigInt(h),
      heldByContactId: id,
      heldByHubspotId: BigInt(a),
    })
    expect(error?.message).toBe(`ann@x.example already belongs to "Ann", which is linked to HubSpot contact ${a}.`)
  })

  it('B50: an email and a phone that lead to two contacts are PHONE_TAKEN, and neither contact changes', async () => {
    const { portal, sync } = await givenAList()
    await putOurs(sync, 'By email', [['EMAIL', 'ann@x.example']])
    const byPhone = await putOurs(sync, 'By phone', [['PHONE', '+14155552671']])
    const ann = portal.putContact({
      properties: { firstname: 'Ann', email: 'ann@x.example', phone: '(415) 555-2671' },
    })

    expect(await sync.sync()).toMatchObject({ skipped: 1, linked: 0 })

    expect(await tellContacts(sync)).toEqual(['- By email ann@x.example', '- By phone +14155552671'])
    expect(await sync.database.prisma.syncError.findMany()).toMatchObject([
      { type: 'PHONE_TAKEN', hubspotId: BigInt(ann), heldByContactId: byPhone },
    ])
  })

  it('B8: a private contact is neither matched nor changed, and does not block its handle for others', async () => {
    const { portal, sync } = await givenAList()
    await putOurs(sync, 'Private', [['EMAIL', 'ann@x.example']], { privateOwnerId: sync.viewer.userId })
    const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1, linked: 0 })

    expect(await tellContacts(sync)).toEqual(['- Private ann@x.example', `${ann} Ann ann@x.example`])
  })

  it("B49: HubSpot's additional emails are handles too", async () => {
    const { portal, sync } = await givenAList()
    await putOurs(sync, 'Ours', [['EMAIL', 'old@x.example']])
    const ann = portal.putContact({
      properties: { firstname: 'Ann', email: 'ann@x.example', hs_additional_emails: 'third@x.example;OLD@x.example' },
    })

    expect(await sync.sync()).toMatchObject({ linked: 1 })

    expect(await tellContacts(sync)).toEqual([`${ann} Ann ann@x.example old@x.example third@x.example`])
  })

  it('B49: handles that existed before, or were added locally, outlive those that the sync wrote', async () => {
    const { portal, sync } = await givenAList()
    const ours = await putOurs(sync, 'Ours', [['EMAIL', 'ann@x.example']])
    const ann = portal.putContact({
      properties: { firstname: 'Ann', email: 'ann@x.example', phone: '415 555 2671' },
    })
    await sync.sync()
    await sync.database.prisma.contactHandle.create({
      data: { workspaceId: sync.viewer.workspaceId, contactId: ours, source: 'EMAIL', value: 'local@x.example' },
    })

    portal.putContact({ id: ann, properties: { email: 'new@x.example', phone: null } })
    await sync.sync()

    expect(await tellContacts(sync)).toEqual([`${ann} Ann ann@x.example local@x.example new@x.example`])
  })
})

describe('rule 3, and contacts without a handle', () => {
  it('B48: if nothing matches, a contact is created and linked', async () => {
    const { portal, sync } = await givenAList()
    await putOurs(sync, 'Other', [['EMAIL', 'other@x.example']])
    const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1 })

    expect(await tellContacts(sync)).toEqual(['- Other other@x.example', `${ann} Ann ann@x.example`])
    expect(await sync.database.prisma.contactLink.findMany()).toMatchObject([
      { hubspotId: BigInt(ann), state: 'ACTIVE' },
    ])
  })

  it('B45: if no handle is mapped, handles are not searched, and contacts sync without any', async () => {
    const { portal, sync } = await givenAList([{ property: 'firstname', target: 'FIRST_NAME' }])
    await putOurs(sync, 'Ours', [['EMAIL', 'ann@x.example']])
    const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })
    const bea = portal.putContact({ properties: { firstname: 'Bea' } })

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 2, linked: 0, skipped: 0 })

    expect(await tellContacts(sync)).toEqual(['- Ours ann@x.example', `${ann} Ann`, `${bea} Bea`])
  })
})

describe('two HubSpot contacts of one run that share a handle', () => {
  const outcome = async (tuning: object) => {
    const { portal, sync } = await givenAList(mappings, tuning)
    // Their order as text differs from their order as numbers.
    for (const id of [100, 99, 1_000, 9]) {
      portal.putContact({ id, properties: { firstname: `C${id}`, email: id === 9 ? null : 'same@x.example' } })
    }
    await sync.sync()
    return [await tellContacts(sync), await tellErrors(sync)]
  }

  it('B51, I8: the lower id as a number wins, whatever the size and order of pages and slices', async () => {
    const expected = [['99 C99 same@x.example'], ['EMAIL_TAKEN 100', 'EMAIL_TAKEN 1000', 'MISSING_HANDLE 9']]

    expect(await outcome({})).toEqual(expected)
    expect(await outcome({ membershipLimit: 1, pageSize: 1, readLimit: 1, pagesAhead: 3, chunkMs: 0 })).toEqual(
      expected,
    )
    expect(await outcome({ sliceSize: 1 })).toEqual(expected)
  })

  it('B51: an email that moved from one contact to another arrives in the same run, across pages, up or down', async () => {
    const { portal, sync } = await givenAList(mappings, { membershipLimit: 1, pageSize: 1, readLimit: 1 })
    const ids = ['a', 'b', 'c', 'd'].map((name) =>
      portal.putContact({ properties: { firstname: name, email: `${name}@x.example` } }),
    )
    await sync.sync()

    // Each gets what the next one had; the last gets a new one.
    for (const [index, name] of ['b', 'c', 'd', 'e'].entries()) {
      portal.putContact({ id: ids[index] ?? '', properties: { email: `${name}@x.example` } })
    }
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', updated: 4, skipped: 0, total: 4 })

    expect((await tellContacts(sync)).map((line) => line.slice(line.indexOf(' ') + 1))).toEqual([
      'a b@x.example',
      'b c@x.example',
      'c d@x.example',
      'd e@x.example',
    ])
    expect(await tellErrors(sync)).toEqual([])
  })
})
