import { describe, expect, it } from 'vitest'
import { deleteAccount } from '../../src/accounts/delete-account.ts'
import { givenAPortal, setUpAccountsAndContacts, tellContacts, tellErrors } from '../support/set-up-accounts.ts'

describe('B26: FROM_SYNCED_ACCOUNTS', () => {
  it('B26: exactly the contacts of synced companies are synced, each once and with its account', async () => {
    const { portal, sync } = await givenAPortal({ tuning: { pageSize: 3, readLimit: 2 } })
    const [acme, globex] = ['Acme', 'Globex'].map((name) => portal.putCompany({ properties: { name } })) as [
      string,
      string,
    ]
    const contacts = Array.from({ length: 10 }, (_, number) =>
      portal.putContact({ properties: { firstname: `P${number}`, email: `p${number}@x.example` } }),
    )
    for (const [index, contact] of contacts.entries()) {
      if (index < 4 || index === 8) portal.associate(acme, contact)
      if (index >= 4 && index < 9) portal.associate(globex, contact)
    }
    await setUpAccountsAndContacts(sync)

    const run = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED', objectType: 'CONTACT', created: 11, total: 11 })
    expect(await tellContacts(sync)).toEqual(
      contacts
        .slice(0, 9)
        .map((id, index) => `${id} P${index} p${index}@x.example @${index < 4 || index === 8 ? 'Acme' : 'Globex'}`)
        .sort(),
    )
    // Members are stored only for the run.
    expect(await sync.database.prisma.syncRunMember.count()).toBe(0)
  })

  it('B26: a company with many contacts, which HubSpot returns in pieces, is collected completely and once, even if interrupted', async () => {
    const tuning = { pageSize: 50, readLimit: 50, chunkMs: 0 }
    const { portal, sync } = await givenAPortal({ tuning })
    portal.configure({ associationPageSize: 40, associationRateLimit: null })
    const companies = ['Acme', 'Globex', 'Initech'].map((name) => portal.putCompany({ properties: { name } }))
    for (let number = 0; number < 230; number++) {
      const contact = portal.putContact({ properties: { email: `p${number}@x.example` } })
      for (const company of companies.slice(0, number % 2 === 0 ? 3 : 1)) portal.associate(company, contact)
    }
    await setUpAccountsAndContacts(sync)

    const run = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED', created: 233, total: 233 })
    expect(await sync.database.prisma.contact.count({ where: { account: { name: 'Acme' } } })).toBe(230)
  })

  it('B28: the primary company wins, in any order of ids', async () => {
    const { portal, sync } = await givenAPortal()
    const low = portal.putCompany({ properties: { name: 'Low' } })
    const high = portal.putCompany({ properties: { name: 'High' } })
    const contact = portal.putContact({ properties: { email: 'a@x.example' } })
    portal.associate(low, contact, { primary: false })
    portal.associate(high, contact, { primary: true })
    await setUpAccountsAndContacts(sync)

    await sync.sync()

    expect(await tellContacts(sync)).toEqual([`${contact}  a@x.example @High`])
  })

  it('B28, B66: if the primary company failed, the lowest synced one counts', async () => {
    const { portal, sync } = await givenAPortal()
    portal.putCompany({ properties: { name: 'Holder', domain: 'taken.example' } })
    const low = portal.putCompany({ properties: { name: 'Low' } })
    const high = portal.putCompany({ properties: { name: 'High' } })
    const failed = portal.putCompany({ properties: { name: 'Failed', domain: 'taken.example' } })
    const contact = portal.putContact({ properties: { email: 'a@x.example' } })
    portal.associate(failed, contact, { primary: true })
    portal.associate(high, contact, { primary: false })
    portal.associate(low, contact, { primary: false })
    await setUpAccountsAndContacts(sync)

    await sync.sync()

    expect(await tellContacts(sync)).toEqual([`${contact}  a@x.example @Low`])
    expect(await tellErrors(sync)).toEqual([`DOMAIN_TAKEN ${failed}`])
  })

  it('B66: a contact whose companies all failed waits for them, all others sync, and the error is resolved by itself', async () => {
    const { portal, sync } = await givenAPortal()
    const holder = portal.putCompany({ properties: { name: 'Holder', domain: 'taken.example' } })
    const failed = portal.putCompany({ properties: { name: 'Failed', domain: 'taken.example' } })
    const waiting = portal.putContact({ properties: { email: 'waiting@x.example' } })
    const fine = portal.putContact({ properties: { email: 'fine@x.example' } })
    portal.associate(failed, waiting)
    portal.associate(holder, fine)
    await setUpAccountsAndContacts(sync)

    const run = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, skipped: 2 })
    expect(await tellContacts(sync)).toEqual([`${fine}  fine@x.example @Holder`])
    expect(await tellErrors(sync)).toEqual([`ACCOUNT_NOT_SYNCED ${waiting}`, `DOMAIN_TAKEN ${failed}`])

    portal.putCompany({ id: failed, properties: { domain: 'free.example' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 2, unchanged: 2 })
    expect(await tellContacts(sync)).toContain(`${waiting}  waiting@x.example @Failed`)
    expect(await tellErrors(sync)).toEqual([])
  })

  it('B66: a linked contact whose company fails later keeps its data, its account, and its sync time', async () => {
    const { portal, sync } = await givenAPortal()
    portal.putCompany({ properties: { name: 'Holder', domain: 'taken.example' } })
    const company = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
    const contact = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })
    portal.associate(company, contact)
    await setUpAccountsAndContacts(sync)
    await sync.sync()

    portal.putCompany({ id: company, properties: { domain: 'taken.example' } })
    portal.putContact({ id: contact, properties: { firstname: 'Bea' } })
    await sync.sync()

    expect(await tellErrors(sync)).toEqual([`ACCOUNT_NOT_SYNCED ${contact}`, `DOMAIN_TAKEN ${company}`])
    expect(await tellContacts(sync)).toEqual([`${contact} Ann ann@x.example @Acme`])
    expect(await sync.database.prisma.contactLink.findFirst()).toMatchObject({ state: 'ACTIVE', isHeld: true })
  })

  it('B26, B60: nobody waits for a company that an admin excluded from the sync', async () => {
    const { portal, sync } = await givenAPortal()
    const acme = portal.putCompany({ properties: { name: 'Acme' } })
    const ann = portal.putContact({ properties: { email: 'ann@x.example' } })
    portal.associate(acme, ann)
    await setUpAccountsAndContacts(sync)
    await sync.sync()

    await sync.database.prisma.hubSpotExclusion.create({
      data: { workspaceId: sync.viewer.workspaceId, objectType: 'ACCOUNT', hubspotId: BigInt(acme) },
    })

    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', skipped: 1 })
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @Acme OUT_OF_SCOPE`])
    expect(await tellErrors(sync)).toEqual([])
  })
})

describe('FROM_LIST with accounts', () => {
  it('B28, B66: a member has the account of its company, and no account if the company failed or does not exist', async () => {
    const { portal, sync } = await givenAPortal()
    const holder = portal.putCompany({ properties: { name: 'Holder', domain: 'taken.example' } })
    const failed = portal.putCompany({ properties: { name: 'Failed', domain: 'taken.example' } })
    const [at, waiting, alone, unlisted] = ['at', 'waiting', 'alone', 'unlisted'].map((name) =>
      portal.putContact({ properties: { email: `${name}@x.example` } }),
    ) as [string, string, string, string]
    portal.associate(holder, at)
    portal.associate(failed, waiting)
    portal.associate(holder, unlisted)
    portal.putList({ listId: '42', members: [at, waiting, alone] })
    await setUpAccountsAndContacts(sync, { listId: '42' })

    const run = await sync.sync()

    expect(run).toMatchObject({ created: 4, skipped: 1, total: 5 })
    expect(await tellContacts(sync)).toEqual(
      [`${at}  at@x.example @Holder`, `${waiting}  waiting@x.example`, `${alone}  alone@x.example`].sort(),
    )
    expect(await tellErrors(sync)).toEqual([`DOMAIN_TAKEN ${failed}`])
  })
})

describe('B67: associations that change', () => {
  const givenAnn = async () => {
    const { portal, sync } = await givenAPortal()
    const acme = portal.putCompany({ properties: { name: 'Acme' } })
    const globex = portal.putCompany({ properties: { name: 'Globex' } })
    const ann = portal.putContact({ properties: { email: 'ann@x.example' } })
    portal.associate(acme, ann)
    portal.putList({ listId: '42', members: 'all-contacts' })
    await setUpAccountsAndContacts(sync, { listId: '42' })
    await sync.sync()
    return { portal, sync, acme, globex, ann }
  }

  it('B67: a removed association detaches and a new one attaches, even if the contact was not modified', async () => {
    const { portal, sync, acme, globex, ann } = await givenAnn()
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @Acme`])

    portal.dissociate(acme, ann)
    expect(await sync.sync()).toMatchObject({ updated: 1 })
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example`])

    portal.associate(globex, ann)
    await sync.sync()
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @Globex`])
  })

  it('B67: an account that was attached by hand stays, whether the association is removed or HubSpot has another account', async () => {
    const { portal, sync, acme, globex, ann } = await givenAnn()
    const { prisma } = sync.database
    const { workspaceId } = sync.viewer
    const ours = await prisma.account.create({
      data: { id: '0190a000-0000-7000-8000-000000000001', workspaceId, name: 'By hand' },
    })
    await prisma.contact.updateMany({ data: { accountId: ours.id, accountFromHubspot: false } })

    portal.dissociate(acme, ann)
    await sync.sync()
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @By hand`])

    portal.associate(globex, ann)
    await sync.sync()
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @By hand`])
  })

  it('B67: once the account attached by hand is deleted, the contact follows HubSpot again', async () => {
    const { sync, ann } = await givenAnn()
    const { prisma } = sync.database
    const { workspaceId } = sync.viewer
    const ours = await prisma.account.create({
      data: { id: '0190a000-0000-7000-8000-000000000001', workspaceId, name: 'By hand' },
    })
    await prisma.contact.updateMany({ data: { accountId: ours.id, accountFromHubspot: false } })
    await sync.sync()

    await deleteAccount(sync.context, sync.viewer, ours.id, { excludeFromSync: false })
    await sync.sync()

    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @Acme`])
  })

  it('B26, B58: with FROM_SYNCED_ACCOUNTS, a contact whose company leaves is OUT_OF_SCOPE and returns with it', async () => {
    const { portal, sync } = await givenAPortal()
    const acme = portal.putCompany({ properties: { name: 'Acme' } })
    const ann = portal.putContact({ properties: { email: 'ann@x.example' } })
    portal.associate(acme, ann)
    await setUpAccountsAndContacts(sync)
    await sync.sync()

    portal.dissociate(acme, ann)
    await sync.sync()
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @Acme OUT_OF_SCOPE`])

    portal.associate(acme, ann)
    expect(await sync.sync()).toMatchObject({ created: 0, updated: 1 })
    expect(await tellContacts(sync)).toEqual([`${ann}  ann@x.example @Acme`])
  })
})
