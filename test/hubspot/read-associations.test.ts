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

/** Combines all pieces. */
async function contactsByCompany(portal: HubSpotPortal, companyIds: readonly bigint[]): Promise<Map<bigint, bigint[]>> {
  const found = new Map<bigint, bigint[]>()
  for await (const { companyId, contactIds } of portal.contactsOfCompanies(companyIds)) {
    found.set(companyId, [...(found.get(companyId) ?? []), ...contactIds])
  }
  return found
}

describe.each(apiVersions)('with the paths of %s', (apiVersion) => {
  it('B26: returns the contacts of companies, in pieces if there are many, and nothing for a company without contacts', async () => {
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

  it('B28: returns the companies of contacts, and which one is primary', async () => {
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

it('sends no request for no ids', async () => {
  const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })

  expect(await contactsByCompany(portal, [])).toEqual(new Map())
  expect(await portal.companiesOfContacts([])).toEqual(new Map())
  expect(simulator.requests.total).toBe(0)
})

describe('readAssociations', () => {
  const read = (body: object) => readAssociations({ status: 207, headers: {}, body: Buffer.from(JSON.stringify(body)) })
  const unlabeled = { category: 'HUBSPOT_DEFINED', typeId: 279, label: null }
  const primary = { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' }

  it('treats several labels of one association as one, and no user-defined type as primary', () => {
    const to = [
      { toObjectId: 7, associationTypes: [unlabeled] },
      { toObjectId: '7', associationTypes: [primary] },
      { toObjectId: 8, associationTypes: [{ category: 'USER_DEFINED', typeId: 1, label: 'Boss' }] },
    ]

    expect(read({ results: [{ from: { id: '5' }, to }] }).found).toEqual([
      {
        hubspotId: 5n,
        to: [
          { id: 7n, isPrimaryCompany: true },
          { id: 8n, isPrimaryCompany: false },
        ],
        next: null,
      },
    ])
  })

  it('does not treat a record that HubSpot failed on as one without associations', () => {
    const error = { status: 'error', category: 'INTERNAL_ERROR', message: 'a shard is away' }

    expect(read({ results: [], errors: [{ ...error, context: { fromObjectId: ['5'] } }] }).found).toMatchObject([
      { hubspotId: 5n, unreadable: 'HubSpot: a shard is away' },
    ])
    expect(read({ results: [], errors: [error] })).toMatchObject({
      found: [],
      fault: { message: 'a shard is away', isAbsence: false },
    })
  })

  it.each([
    ['no results', {}],
    ['results that are not a list', { results: { 0: {} } }],
  ])('rejects an answer with %s', (_name, body) => {
    expect(() => read(body)).toThrow(HubSpotUnreadableError)
  })

  const two = [{ toObjectId: 7, associationTypes: [unlabeled] }, { toObjectId: 8 }]
  it.each<[string, object]>([
    ['no list of associated records', { to: null }],
    ['an associated record without an id', { to: [{}] }],
    ['associated records without types, one of which may be the primary', { to: two }],
    ['types that cannot be understood', { to: [two[0], { toObjectId: 8, associationTypes: [{ typeId: null }] }] }],
    ['paging that cannot be understood', { to: [], paging: { next: {} } }],
  ])('treats a result with %s as unreadable', (_name, result) => {
    const { found } = read({ results: [{ from: { id: '5' }, ...result }] })

    expect(found).toMatchObject([{ hubspotId: 5n, to: [], unreadable: expect.stringContaining('HubSpot') }])
  })

  it('treats two different results about one record as unreadable, and a repeated result as one result', () => {
    const result = (...ids: number[]) => ({
      from: { id: '5' },
      to: ids.map((id) => ({ toObjectId: id, associationTypes: [unlabeled] })),
    })

    expect(read({ results: [result(7), result(7)] }).found).toMatchObject([{ hubspotId: 5n, to: [{ id: 7n }] }])
    expect(read({ results: [result(7), result(8)] }).found).toMatchObject([
      { hubspotId: 5n, to: [], unreadable: expect.stringContaining('contradicts') },
    ])
  })

  it.each([
    ['one page', ['again', 'again']],
    ['two alternating pages', ['a', 'b', 'a']],
  ])('does not read %s forever', async (_name, cursors) => {
    let turned = 0
    const answer = { absent: new Set<bigint>(), fault: null, namesAbsent: false, unnamedAbsences: 0 }
    const walk = walkAssociations([5n], async () => {
      if (turned === cursors.length) throw new Error('asked for more pages than there are')
      return { ...answer, found: [{ hubspotId: 5n, to: [], next: cursors[turned++] ?? null }] }
    })
    const pieces = []

    for await (const piece of walk) pieces.push(piece)

    expect(pieces.at(-1)).toMatchObject({ hubspotId: 5n, unreadable: expect.stringContaining('keeps returning') })
  })
})
