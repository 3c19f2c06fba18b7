import { describe, expect, it } from 'vitest'
import { HubSpotNotFoundError, HubSpotUnreadableError } from '../../src/hubspot/errors.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

const kinds = ['contacts', 'companies'] as const

async function givenRecords(kind: (typeof kinds)[number], count: number) {
  const opened = await openSimulatedPortal({ portals: [{ empty: true, rateLimit: null }] })
  const portal = opened.simulator.portal()
  const put = kind === 'contacts' ? portal.putContact : portal.putCompany
  const ids = Array.from({ length: count }, (_, n) => put({ properties: { [nameOf(kind)]: `n${n}` } }))
  const read = kind === 'contacts' ? opened.portal.readContacts : opened.portal.readCompanies
  const archive = kind === 'contacts' ? portal.archiveContact : portal.archiveCompany
  const merge = kind === 'contacts' ? portal.mergeContacts : portal.mergeCompanies
  opened.simulator.requests.reset()
  return { ...opened, inHubSpot: portal, ids, archive, merge, read: () => read(ids.map(BigInt), [nameOf(kind)]) }
}

const nameOf = (kind: (typeof kinds)[number]) => (kind === 'contacts' ? 'firstname' : 'name')

describe.each(kinds)('of %s read by id', (kind) => {
  it('B57: records that are silently omitted are requested one by one, and then count as unreadable, not as gone', async () => {
    const { inHubSpot, ids, archive, read, simulator } = await givenRecords(kind, 8)
    const [silent = '', deleted = ''] = ids
    inHubSpot.configure({ omittedIds: [silent] })
    archive(deleted)

    const records = await read()

    expect(records).toHaveLength(7)
    expect(records.find(({ hubspotId: id }) => String(id) === silent)).toMatchObject({
      unreadable: expect.stringMatching(/missing/),
    })
    expect(records.filter(({ unreadable }) => unreadable === undefined)).toHaveLength(6)
    expect(simulator.requests.countOf('/batch/read')).toBe(2)
  })

  it('B53: if an error names no record, only the record at fault is unreadable', async () => {
    const { inHubSpot, ids, archive, read, simulator } = await givenRecords(kind, 16)
    const [, , , , , faulty = '', deleted = ''] = ids
    inHubSpot.configure({ failingIds: [faulty] })
    archive(deleted)

    const records = await read()

    expect(records.filter(({ unreadable }) => unreadable !== undefined)).toEqual([
      { hubspotId: BigInt(faulty), properties: {}, unreadable: 'HubSpot: internal error' },
    ])
    expect(records).toHaveLength(15)
    expect(simulator.requests.countOf('/batch/read')).toBe(2)
  })

  it('B59: a merged record is answered by the one that it was merged into, and is not requested again', async () => {
    const { ids, merge, read, simulator } = await givenRecords(kind, 4)
    const merged = merge(ids[0] ?? '', ids[1] ?? '')

    const records = await read()

    expect(records.map(({ hubspotId: id }) => String(id)).sort()).toEqual([ids[2], ids[3], merged].sort())
    expect(simulator.requests.countOf('/batch/read')).toBe(1)
  })

  it('HubSpot’s own 404 about a single record means that it is gone', async () => {
    const { inHubSpot, read } = await givenRecords(kind, 1)
    inHubSpot.configure({ missingPaths: ['/batch/read'] })

    expect(await read()).toEqual([])
  })
})

it('the error for any other 404 names what is gone', async () => {
  const { simulator, portal } = await openSimulatedPortal({ portals: [{ contacts: 10 }] })
  simulator.portal().configure({ missingPaths: ['/properties'] })

  const listed = portal.listProperties('contacts')

  await expect(listed).rejects.toThrow(HubSpotNotFoundError)
  await expect(listed).rejects.toThrow(/properties of contacts \(GET \/crm\/properties/)
})

describe('of associations', () => {
  async function givenAssociations() {
    const opened = await openSimulatedPortal({ portals: [{ empty: true, associationPageSize: 2 }] })
    const portal = opened.simulator.portal()
    const company = portal.putCompany({ properties: { name: 'Acme' } })
    const contacts = Array.from({ length: 5 }, (_, n) => portal.putContact({ properties: { firstname: `n${n}` } }))
    for (const contact of contacts) portal.associate(company, contact)
    const lonely = portal.putContact({ properties: { firstname: 'lonely' } })
    return { ...opened, inHubSpot: portal, company, contacts, lonely }
  }

  it.each(['omittedIds', 'failingIds'] as const)(
    'B67: a contact among %s is not treated as a contact without a company',
    async (setting) => {
      const { inHubSpot, portal, contacts, lonely, company } = await givenAssociations()
      inHubSpot.configure({ [setting]: [contacts[3] ?? ''] })

      const companies = await portal.companiesOfContacts([...contacts, lonely].map(BigInt))

      expect(companies.get(BigInt(contacts[3] ?? 0))).toEqual({ unreadable: expect.stringContaining('HubSpot') })
      expect(companies.get(BigInt(contacts[4] ?? 0))).toEqual([{ companyId: BigInt(company), isPrimary: true }])
      expect(companies.has(BigInt(lonely))).toBe(false)
    },
  )

  it('B58: contacts that are missing in an answer are not treated as having left their company', async () => {
    const { inHubSpot, portal, company } = await givenAssociations()
    const other = inHubSpot.putCompany({ properties: { name: 'Without contacts' } })
    inHubSpot.configure({ omittedIds: [company] })

    const walk = async () => {
      for await (const _piece of portal.contactsOfCompanies([BigInt(company), BigInt(other)]));
    }

    await expect(walk()).rejects.toThrow(HubSpotUnreadableError)
    await expect(walk()).rejects.toThrow(new RegExp(`contacts of company ${company}`))
  })
})

describe('of memberships of single contacts', () => {
  async function givenAList() {
    const opened = await openSimulatedPortal({ portals: [{ empty: true }] })
    const portal = opened.simulator.portal()
    const [member = '', other = ''] = [1, 2].map((n) => portal.putContact({ properties: { firstname: `n${n}` } }))
    portal.putList({ listId: '42', members: [member] })
    return { ...opened, inHubSpot: portal, member, other }
  }

  it('B58: silence about a known contact makes the answer unreadable; a contact that HubSpot says is gone is not a member', async () => {
    const { inHubSpot, portal, member, other } = await givenAList()
    inHubSpot.archiveContact(other)
    expect(await portal.membersAmong('42', [BigInt(member), BigInt(other)])).toEqual(new Set([BigInt(member)]))

    inHubSpot.restoreContact(other)
    inHubSpot.configure({ omittedIds: [other] })

    await expect(portal.membersAmong('42', [BigInt(member), BigInt(other)])).rejects.toThrow(HubSpotUnreadableError)
  })
})
