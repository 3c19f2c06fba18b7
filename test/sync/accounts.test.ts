import { describe, expect, it } from 'vitest'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import { givenAPortal, setUpAccountsSync, tellAccounts, tellErrors } from '../support/set-up-accounts.ts'

describe('B64, B65: companies become accounts', () => {
  it('B64: all companies are synced, page by page, and a second run writes none of them', async () => {
    const { portal, sync } = await givenAPortal({ tuning: { pageSize: 3, readLimit: 2 } })
    const ids = Array.from({ length: 8 }, (_, number) =>
      portal.putCompany({ properties: { name: `Company ${number}`, domain: `company${number}.example` } }),
    )
    await setUpAccountsSync(sync)

    const first = await sync.sync()
    const rows = () => sync.database.pool.query('SELECT id, xmin::text FROM account ORDER BY id')
    const before = await rows()
    const second = await sync.sync()

    expect(first).toMatchObject({ status: 'COMPLETED', objectType: 'ACCOUNT', created: 8, total: 8 })
    expect(second).toMatchObject({ status: 'COMPLETED', unchanged: 8, updated: 0, created: 0 })
    expect((await rows()).rows).toEqual(before.rows)
    expect(await tellAccounts(sync)).toEqual(
      ids.map((id, number) => `${id} Company ${number} company${number}.example`).sort(),
    )
  })

  it("B65: name, description, domains, and custom fields are equal to HubSpot's", async () => {
    const { portal, sync } = await givenAPortal()
    const id = portal.putCompany({
      properties: {
        name: 'Acme',
        description: 'Makes things',
        domain: 'WWW.Acme.example',
        hs_additional_domains: 'acme.test; acme.invalid',
        numberofemployees: '12',
      },
    })
    const field = await createCustomField(sync.database, sync.viewer, {
      objectType: 'ACCOUNT',
      name: 'Size',
      type: 'NUMBER',
    })
    await setUpAccountsSync(sync, [
      { property: 'name', target: 'NAME' },
      { property: 'description', target: 'DESCRIPTION' },
      { property: 'domain', target: 'DOMAIN' },
      { property: 'numberofemployees', target: 'CUSTOM_FIELD', customField: field.key },
    ])

    await sync.sync()

    expect(await tellAccounts(sync)).toEqual([`${id} Acme acme.example acme.invalid acme.test`])
    expect(await sync.database.prisma.account.findFirst()).toMatchObject({
      description: 'Makes things',
      customFields: { [field.key]: 12 },
    })
  })

  it('B65: an account with the same domain is linked, also by an additional domain', async () => {
    const { portal, sync } = await givenAPortal()
    const { prisma } = sync.database
    const { workspaceId } = sync.viewer
    for (const [id, name, domain] of [
      ['0190a000-0000-7000-8000-000000000001', 'Ours', 'acme.example'],
      ['0190a000-0000-7000-8000-000000000002', 'Theirs', 'globex.example'],
    ] as const) {
      await prisma.account.create({ data: { id, workspaceId, name, domains: { create: { workspaceId, domain } } } })
    }
    const acme = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
    const globex = portal.putCompany({
      properties: { name: 'Globex', domain: 'globex.test', hs_additional_domains: 'globex.example' },
    })
    await setUpAccountsSync(sync)

    const run = await sync.sync()

    expect(run).toMatchObject({ linked: 2, created: 0 })
    expect(await tellAccounts(sync)).toEqual([
      `${acme} Acme acme.example`,
      `${globex} Globex globex.example globex.test`,
    ])
  })

  it('B65: a domain that another company already has is DOMAIN_TAKEN, and the error names both', async () => {
    const { portal, sync } = await givenAPortal()
    const first = portal.putCompany({ properties: { name: 'Acme', domain: 'acme.example' } })
    const second = portal.putCompany({ properties: { name: 'Acme again', domain: 'https://acme.example/about' } })
    await setUpAccountsSync(sync)

    const run = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 1, skipped: 1, total: 2 })
    const holder = await sync.database.prisma.account.findFirstOrThrow()
    const errors = await sync.database.prisma.syncError.findMany()
    expect(errors).toMatchObject([
      {
        type: 'DOMAIN_TAKEN',
        objectType: 'ACCOUNT',
        hubspotId: BigInt(second),
        heldByAccountId: holder.id,
        heldByHubspotId: BigInt(first),
      },
    ])
    expect(errors[0]?.message).toContain(`"Acme", which is linked to HubSpot company ${first}`)

    portal.putCompany({ id: second, properties: { domain: 'again.example' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED', created: 1, unchanged: 1 })
    expect(await tellErrors(sync)).toEqual([])
  })

  it('B65: each company without a domain becomes an account, and a free-mail domain does not match', async () => {
    const { portal, sync } = await givenAPortal()
    const ids = [
      portal.putCompany({ properties: { name: 'None' } }),
      portal.putCompany({ properties: { name: 'None' } }),
      portal.putCompany({ properties: { name: 'Free', domain: 'gmail.com' } }),
      portal.putCompany({ properties: { name: 'Free', domain: 'gmail.com', hs_additional_domains: 'yahoo.com' } }),
    ]
    await setUpAccountsSync(sync)

    const first = await sync.sync()
    portal.putCompany({ id: ids[0] ?? '', properties: { name: 'Renamed' } })
    const second = await sync.sync()

    expect(first).toMatchObject({ status: 'COMPLETED', created: 4 })
    expect(second).toMatchObject({ status: 'COMPLETED', updated: 1, unchanged: 3 })
    expect(await tellAccounts(sync)).toEqual([
      `${ids[0]} Renamed`,
      `${ids[1]} None`,
      `${ids[2]} Free`,
      `${ids[3]} Free`,
    ])
  })

  it('B65, B49: a domain that the sync wrote follows HubSpot, and a local one stays', async () => {
    const { portal, sync } = await givenAPortal()
    const id = portal.putCompany({ properties: { name: 'Acme', domain: 'old.example' } })
    await setUpAccountsSync(sync)
    await sync.sync()
    const { id: accountId, workspaceId } = await sync.database.prisma.account.findFirstOrThrow()
    await sync.database.prisma.accountDomain.create({ data: { workspaceId, accountId, domain: 'local.example' } })

    portal.putCompany({ id, properties: { domain: 'new.example' } })
    await sync.sync()

    expect(await tellAccounts(sync)).toEqual([`${id} Acme local.example new.example`])
  })
})
