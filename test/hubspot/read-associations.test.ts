import { describe, expect, it } from 'vitest'
import type { SimulatedPortal } from '../../simulator/index.ts'
import { apiVersions } from '../../src/config/environment.ts'
import { HubSpotUnreadableError } from '../../src/hubspot/errors.ts'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import { readAssociations } from '../../src/hubspot/read-associations.ts'
import { walkAssociations } from '../../src/hubspot/walk-associations.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

const put = (portal: SimulatedPortal) => ({
  company: () => BigInt(portal.putCompany({ properties: { name: 'Acme' } })),
  contact: () => BigInt(portal.putContact({ properties: { firstname: 'Ada' } })),
})

/** All pieces put together. */
async function contactsByCompany(portal: HubSpotPortal, companyIds: readonly bigint[]): Promise<Map<bigint, bigint[]>> {
  const found = new Map<bigint, bigint[]>()
  for await (const { companyId, contactIds } of portal.contactsOfCompanies(companyIds)) {
    found.set(companyId, [...(found.get(companyId) ?? []), ...contactIds])
  }
  return found
}

describe.each(apiVersions)('with the paths of %s', (apiVersion) => {
  it('B26: gives the contacts of companies, those of many in pieces, and says nothing of one without any', async () => {
    const { simulator, portal } = await openSimulatedPortal({
      apiVersion,
      portals: [{ empty: true, associationPageSize: 2 }],
    })
    const { company, contact } = put(simulator.portal())
    const [large, small, lonely] = [company(), company(), company()]
    const contacts = Array.from({ length: 5 }, contact)
    for (const id of contacts) simulator.portal().associate(String(large), String(id), { primary: true })
    simulator.portal().associate(String(small), String(contacts[0]))

    const found = await contactsByCompany(portal, [large, small, lonely])

    expect(found).toEqual(
      new Map([
        [large, contacts],
        [small, contacts.slice(0, 1)],
      ]),
    )
  })

  it('B28: gives the companies of contacts and which is the primary one', async () => {
    const { simulator, portal } = await openSimulatedPortal({
      apiVersion,
      portals: [{ empty: true, associationPageSize: 1 }],
    })
    const { company, contact } = put(simulator.portal())
    const [first, second] = [company(), company()]
    const [ada, lonely] = [contact(), contact()]
    simulator.portal().associate(String(first), String(ada))
    simulator.portal().associate(String(second), String(ada), { primary: true })

    const found = await portal.companiesOfContacts([ada, lonely])

    expect(found).toEqual(
      new Map([
        [
          ada,
          [
            { companyId: first, isPrimary: false },
            { companyId: second, isPrimary: true },
          ],
        ],
      ]),
    )
  })
})

it('B26: asks about 1,000 companies in one call', async () => {
  const { simulator, portal } = await openSimulatedPortal({ portals: [{ contacts: 3_000, companies: 1_000 }] })
  const ids = Array.from({ length: 1_000 }, (_, number) => BigInt(5_001 + number))

  const found = await contactsByCompany(portal, ids)

  expect(found.size).toBeGreaterThan(100)
  expect(simulator.requests.countOf('/batch/read')).toBe(1)
})

it('asks nothing for nobody', async () => {
  const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })

  expect(await contactsByCompany(portal, [])).toEqual(new Map())
  expect(await portal.companiesOfContacts([])).toEqual(new Map())
  expect(simulator.requests.total).toBe(0)
})

describe('readAssociations', () => {
  const read = (body: object) => readAssociations({ status: 207, headers: {}, body: Buffer.from(JSON.stringify(body)) })
  const unlabeled = { category: 'HUBSPOT_DEFINED', typeId: 279, label: null }
  const primary = { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' }

  it('takes several labels of one association for one, and no user-defined type for the primary', () => {
    const to = [
      { toObjectId: 7, associationTypes: [unlabeled] },
      { toObjectId: '7', associationTypes: [primary] },
      { toObjectId: 8, associationTypes: [{ category: 'USER_DEFINED', typeId: 1, label: 'Boss' }] },
    ]

    expect(read({ results: [{ from: { id: '5' }, to }] })).toEqual([
      {
        fromId: 5n,
        to: [
          { id: 7n, isPrimaryCompany: true },
          { id: 8n, isPrimaryCompany: false },
        ],
        next: null,
      },
    ])
  })

  it('does not take a record that HubSpot failed on for one without associations', () => {
    const errors = [{ status: 'error', category: 'INTERNAL_ERROR', message: 'a shard is away' }]

    expect(() => read({ results: [], errors })).toThrow(HubSpotUnreadableError)
  })

  it.each([
    ['no results', {}],
    ['a result of nobody', { results: [{ to: [] }] }],
    ['a result without its ends', { results: [{ from: { id: '5' } }] }],
    ['an end without an id', { results: [{ from: { id: '5' }, to: [{}] }] }],
  ])('refuses an answer with %s', (_name, body) => {
    expect(() => read(body)).toThrow(HubSpotUnreadableError)
  })

  it('does not turn one page for ever', async () => {
    const walk = walkAssociations([5n], async () => [{ fromId: 5n, to: [], next: 'again' }])

    await expect(
      (async () => {
        for await (const _piece of walk);
      })(),
    ).rejects.toThrow(HubSpotUnreadableError)
  })
})
