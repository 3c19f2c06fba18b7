import { describe, expect, it } from 'vitest'
import type { SimulatedPortal } from '../../simulator/index.ts'
import {
  givenAPortal,
  nameAndEmail,
  setUpAccountsAndContacts,
  setUpAccountsSync,
  tellAccounts,
  tellContacts,
  tellErrors,
} from '../support/set-up-accounts.ts'
import { setUpListSync, type TestSync } from '../support/test-sync.ts'

const givenAList = async () => {
  const { portal, sync } = await givenAPortal()
  portal.putList({ listId: '42', members: 'all-contacts' })
  await setUpListSync(sync, '42', nameAndEmail)
  return { portal, sync }
}

const put = (portal: SimulatedPortal, name: string) =>
  portal.putContact({ properties: { firstname: name, email: `${name}@x.example` } })

const aliases = async ({ database }: TestSync) => {
  const rows = await database.prisma.hubSpotAlias.findMany({ orderBy: { hubspotId: 'asc' } })
  return rows.map(({ hubspotId, mergedIntoId }) => `${hubspotId} is ${mergedIntoId}`)
}

describe('B59: merges in HubSpot', () => {
  it('B59: if one of the two contacts is linked, it is linked to the new id, with no duplicate and no false EMAIL_TAKEN', async () => {
    const { portal, sync } = await givenAList()
    const ann = put(portal, 'ann')
    await sync.sync()
    const { id } = await sync.database.prisma.contact.findFirstOrThrow()

    const bea = put(portal, 'bea')
    const merged = portal.mergeContacts(bea, ann)
    const run = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED', created: 0, updated: 1, total: 1 })
    expect(await tellContacts(sync)).toEqual([`${merged} bea ann@x.example bea@x.example`])
    expect((await sync.database.prisma.contact.findFirstOrThrow()).id).toBe(id)
    expect(await aliases(sync)).toEqual([`${ann} is ${merged}`, `${bea} is ${merged}`])
  })

  it('B59: if both are linked, the lower id’s contact survives; the other is MERGED_AWAY and releases the handles of the merged one', async () => {
    const { portal, sync } = await givenAList()
    const [ann, bea] = [put(portal, 'ann'), put(portal, 'bea')]
    await sync.sync()
    const { prisma } = sync.database
    const contactOf = (externalId: string) => prisma.contact.findFirstOrThrow({ where: { externalId } })
    const [annsContact, beasContact] = [await contactOf(ann), await contactOf(bea)]
    await prisma.contactHandle.create({
      data: { workspaceId: sync.viewer.workspaceId, contactId: beasContact.id, source: 'PHONE', value: '+14155552671' },
    })

    const merged = portal.mergeContacts(bea, ann)
    const run = await sync.sync()
    const again = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED', updated: 1, created: 0 })
    expect(again).toMatchObject({ status: 'COMPLETED', unchanged: 1 })
    expect(await tellContacts(sync)).toEqual([
      '- bea +14155552671 MERGED_AWAY',
      `${merged} bea ann@x.example bea@x.example`,
    ])
    expect((await contactOf(merged)).id).toBe(annsContact.id)
    // It still says which record it followed.
    expect(await prisma.contactLink.findFirst({ where: { contactId: beasContact.id } })).toMatchObject({
      state: 'MERGED_AWAY',
      hubspotId: BigInt(bea),
    })
    expect(await aliases(sync)).toEqual([`${ann} is ${merged}`, `${bea} is ${merged}`])
  })

  it('B59: if both are linked and the primary is known, the primary’s contact survives', async () => {
    const { portal, sync } = await givenAList()
    const [ann, bea] = [put(portal, 'ann'), put(portal, 'bea')]
    await sync.sync()
    const { prisma } = sync.database
    const beasContact = await prisma.contact.findFirstOrThrow({ where: { externalId: bea } })

    const merged = portal.mergeContacts(bea, ann)
    await prisma.hubSpotAlias.create({
      data: {
        workspaceId: sync.viewer.workspaceId,
        objectType: 'CONTACT',
        hubspotId: BigInt(bea),
        mergedIntoId: BigInt(merged),
        isPrimary: true,
      },
    })
    await sync.sync()

    expect((await prisma.contact.findFirstOrThrow({ where: { externalId: merged } })).id).toBe(beasContact.id)
  })

  it('B59: a chain of merges between two runs ends at the last id, and every earlier id leads to it', async () => {
    const { portal, sync } = await givenAList()
    const [ann, bea, cid] = [put(portal, 'ann'), put(portal, 'bea'), put(portal, 'cid')]
    await sync.sync()

    const once = portal.mergeContacts(ann, bea)
    const twice = portal.mergeContacts(once, cid)
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', updated: 1, created: 0, total: 1 })

    expect(await tellContacts(sync)).toEqual([
      '- bea MERGED_AWAY',
      '- cid MERGED_AWAY',
      `${twice} ann ann@x.example bea@x.example cid@x.example`,
    ])
    expect(await aliases(sync)).toEqual([ann, bea, cid, once].map((id) => `${id} is ${twice}`))
  })

  it('B59: a chain of merges with a run between each ends in the same way', async () => {
    const { portal, sync } = await givenAList()
    const [ann, bea, cid] = [put(portal, 'ann'), put(portal, 'bea'), put(portal, 'cid')]
    await sync.sync()

    const once = portal.mergeContacts(ann, bea)
    await sync.sync()
    const twice = portal.mergeContacts(once, cid)
    await sync.sync()

    const contacts = await tellContacts(sync)
    expect(contacts.filter((line) => !line.startsWith('-'))).toHaveLength(1)
    expect(contacts.filter((line) => line.includes('MERGED_AWAY'))).toHaveLength(2)
    expect(contacts.at(-1)).toContain(' ann@x.example bea@x.example cid@x.example')
    expect(await aliases(sync)).toEqual([ann, bea, cid, once].map((id) => `${id} is ${twice}`))
    expect(await tellErrors(sync)).toEqual([])
  })

  it('B58, B59: a merge into a record outside the list moves the link to it and leaves it OUT_OF_SCOPE', async () => {
    const { portal, sync } = await givenAList()
    const [ann, bea] = [put(portal, 'ann'), put(portal, 'bea')]
    portal.putList({ listId: '42', members: [ann] })
    await sync.sync()

    const merged = portal.mergeContacts(bea, ann)
    portal.setListMembers('42', [])
    await sync.sync()

    expect(await tellContacts(sync)).toEqual([`${merged} ann ann@x.example OUT_OF_SCOPE`])
    expect(await aliases(sync)).toContain(`${ann} is ${merged}`)

    portal.setListMembers('42', [merged])
    expect(await sync.sync()).toMatchObject({ created: 0, updated: 1 })
    expect(await tellContacts(sync)).toEqual([`${merged} bea ann@x.example bea@x.example`])
  })

  it('B59, B64: companies merge like contacts, and their contacts follow', async () => {
    const { portal, sync } = await givenAPortal()
    const acme = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
    const globex = portal.putCompany({ properties: { name: 'Globex', domain: 'globex.example' } })
    const ann = put(portal, 'ann')
    portal.associate(globex, ann)
    await setUpAccountsAndContacts(sync)
    await sync.sync()

    const merged = portal.mergeCompanies(acme, globex)
    portal.putCompany({ id: merged, properties: { hs_additional_domains: 'globex.example' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 0 })

    expect(await tellAccounts(sync)).toEqual(['- Globex MERGED_AWAY', `${merged} Acme acme.example globex.example`])
    expect(await tellContacts(sync)).toEqual([`${ann} ann ann@x.example @Acme`])
  })
})

it('B60: an excluded record is skipped without an error, linked or not', async () => {
  const { portal, sync } = await givenAList()
  const [ann, bea] = [put(portal, 'ann'), put(portal, 'bea')]
  const { workspaceId } = sync.viewer
  await sync.database.prisma.hubSpotExclusion.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotId: BigInt(ann) },
  })

  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1, skipped: 1, total: 2 })
  expect(await tellContacts(sync)).toEqual([`${bea} bea bea@x.example`])

  await sync.database.prisma.hubSpotExclusion.deleteMany()
  await sync.sync()
  expect(await tellContacts(sync)).toEqual([`${ann} ann ann@x.example`, `${bea} bea bea@x.example`])

  await sync.database.prisma.hubSpotExclusion.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotId: BigInt(ann) },
  })
  portal.putContact({ id: ann, properties: { firstname: 'other' } })
  await sync.sync()
  expect(await tellContacts(sync)).toEqual([`${ann} ann ann@x.example`, `${bea} bea bea@x.example`])
})

it('B60: a contact that was deleted here is created again', async () => {
  const { portal, sync } = await givenAList()
  const ann = put(portal, 'ann')
  await sync.sync()
  await sync.database.prisma.contact.deleteMany()

  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1 })
  expect(await tellContacts(sync)).toEqual([`${ann} ann ann@x.example`])
})

it('B60, B64: an excluded company does not become an account', async () => {
  const { portal, sync } = await givenAPortal()
  const acme = portal.putCompany({ properties: { name: 'Acme' } })
  const globex = portal.putCompany({ properties: { name: 'Globex' } })
  await sync.database.prisma.hubSpotExclusion.create({
    data: { workspaceId: sync.viewer.workspaceId, objectType: 'ACCOUNT', hubspotId: BigInt(acme) },
  })
  await setUpAccountsSync(sync)

  await sync.sync()

  expect(await tellAccounts(sync)).toEqual([`${globex} Globex`])
})
