import { describe, expect, it } from 'vitest'
import {
  givenAPortal,
  nameAndEmail,
  setUpAccountsAndContacts,
  setUpAccountsSync,
  tellAccounts,
  tellContacts,
  tellErrors,
} from '../support/set-up-accounts.ts'
import { setUpListSync } from '../support/test-sync.ts'

const givenAList = async (names: readonly string[]) => {
  const { portal, sync } = await givenAPortal()
  const ids = names.map((name) => portal.putContact({ properties: { firstname: name, email: `${name}@x.example` } }))
  portal.putList({ listId: '42', members: ids })
  await setUpListSync(sync, '42', nameAndEmail)
  await sync.sync()
  return { portal, sync, ids: ids as [string, string] }
}

describe('B57, B58: contacts that leave', () => {
  it('B57, I3: a contact that is deleted in HubSpot keeps everything, is SOURCE_DELETED, and syncs again once restored', async () => {
    const { portal, sync, ids } = await givenAList(['ann', 'bea'])
    const [ann, bea] = ids
    // A change of its state is a change of the contact: only the time moves.
    const allTheyHave = () =>
      sync.database.prisma.contact.findMany({
        include: { handles: true },
        omit: { updatedAt: true },
        orderBy: { id: 'asc' },
      })
    const before = await allTheyHave()

    portal.archiveContact(ann)
    const run = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED', unchanged: 1, total: 1 })
    expect(await tellContacts(sync)).toEqual([`${ann} ann ann@x.example SOURCE_DELETED`, `${bea} bea bea@x.example`])
    expect(await allTheyHave()).toEqual(before)

    portal.restoreContact(ann)
    portal.putContact({ id: ann, properties: { firstname: 'anna' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 0, updated: 1, unchanged: 1 })
    expect(await tellContacts(sync)).toEqual([`${ann} anna ann@x.example`, `${bea} bea bea@x.example`])
  })

  it('B58: a contact that left the list is OUT_OF_SCOPE, and its return is an update of the same contact', async () => {
    const { portal, sync, ids } = await givenAList(['ann', 'bea'])
    const [ann, bea] = ids

    portal.setListMembers('42', [bea])
    portal.putContact({ id: ann, properties: { firstname: 'unseen' } })
    await sync.sync()
    expect(await tellContacts(sync)).toEqual([`${ann} ann ann@x.example OUT_OF_SCOPE`, `${bea} bea bea@x.example`])

    portal.setListMembers('42', [ann, bea])
    expect(await sync.sync()).toMatchObject({ created: 0, linked: 0, updated: 1, unchanged: 1 })
    expect(await tellContacts(sync)).toEqual([`${ann} unseen ann@x.example`, `${bea} bea bea@x.example`])
  })

  it('B54: the error of a contact is resolved when that contact leaves the list', async () => {
    const { portal, sync } = await givenAList(['ann'])
    const nameless = portal.putContact({ properties: { firstname: 'nobody' } })
    const members = [...(await tellContacts(sync)).map((line) => line.split(' ')[0] ?? ''), nameless]
    portal.setListMembers('42', members)
    await sync.sync()
    expect(await tellErrors(sync)).toEqual([`MISSING_HANDLE ${nameless}`])

    portal.setListMembers('42', members.slice(0, 1))
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })
    expect(await tellErrors(sync)).toEqual([])
  })

  it('B46: a contact that was deleted and created again in HubSpot is linked to the same contact', async () => {
    const { portal, sync, ids } = await givenAList(['ann', 'bea'])
    portal.archiveContact(ids[0])
    await sync.sync()

    const anew = portal.putContact({ properties: { firstname: 'ann', email: 'ann@x.example' } })
    portal.setListMembers('42', [ids[1], anew])
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', linked: 1, created: 0 })

    expect(await tellContacts(sync)).toEqual([`${ids[1]} bea bea@x.example`, `${anew} ann ann@x.example`])
  })

  it('B46: a contact that is out of scope counts as linked, so another one with its email is refused', async () => {
    const { portal, sync, ids } = await givenAList(['ann', 'bea'])
    const other = portal.putContact({ properties: { firstname: 'ann', email: 'ann@x.example' } })
    portal.setListMembers('42', [ids[1], other])

    await sync.sync()

    expect(await tellErrors(sync)).toEqual([`EMAIL_TAKEN ${other}`])
    expect(await sync.database.prisma.syncError.findFirst()).toMatchObject({ heldByHubspotId: BigInt(ids[0]) })
  })

  it('B37, B58: choosing another list makes the old one’s members OUT_OF_SCOPE', async () => {
    const { portal, sync, ids } = await givenAList(['ann', 'bea'])
    portal.putList({ listId: '43', members: [ids[1]] })
    await setUpListSync(sync, '43', nameAndEmail)

    await sync.sync()

    expect(await tellContacts(sync)).toEqual([
      `${ids[0]} ann ann@x.example OUT_OF_SCOPE`,
      `${ids[1]} bea bea@x.example`,
    ])
  })
})

describe('B66: companies that leave', () => {
  it('B66: the account of a deleted company stays and stops syncing; if the company is restored, it syncs again', async () => {
    const { portal, sync } = await givenAPortal()
    const acme = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
    await setUpAccountsSync(sync)
    await sync.sync()

    portal.archiveCompany(acme)
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', total: 0 })
    expect(await tellAccounts(sync)).toEqual([`${acme} Acme acme.example SOURCE_DELETED`])

    portal.restoreCompany(acme)
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', updated: 1 })
    expect(await tellAccounts(sync)).toEqual([`${acme} Acme acme.example`])
  })

  it('B58, B66: the contacts of a deleted company are OUT_OF_SCOPE', async () => {
    const { portal, sync } = await givenAPortal()
    const acme = portal.putCompany({ properties: { name: 'Acme' } })
    const ann = portal.putContact({ properties: { email: 'ann@x.example' } })
    portal.associate(acme, ann)
    await setUpAccountsAndContacts(sync)
    await sync.sync()

    portal.archiveCompany(acme)
    await sync.sync()

    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @Acme OUT_OF_SCOPE`])
  })
})
