import { describe, expect, it } from 'vitest'
import type { PortalOptions } from '../../simulator/index.ts'
import { HubSpotUnreadableError } from '../../src/hubspot/errors.ts'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

const count = 7

async function givenPages(options: PortalOptions) {
  const { simulator, portal } = await openSimulatedPortal({
    portals: [{ empty: true, associationPageSize: 3, ...options }],
  })
  const inHubSpot = simulator.portal()
  const companies = Array.from({ length: count }, (_, n) => inHubSpot.putCompany({ properties: { name: `n${n}` } }))
  const contacts = Array.from({ length: count }, (_, n) => inHubSpot.putContact({ properties: { firstname: `n${n}` } }))
  for (const [n, contact] of contacts.entries()) {
    inHubSpot.associate(companies[0] ?? '', contact)
    if (n > 0) inHubSpot.associate(companies[n] ?? '', contacts[0] ?? '')
  }
  inHubSpot.putList({ listId: '42', members: contacts })
  const [ids, companyIds] = [contacts.map(BigInt), companies.map(BigInt)]
  return { portal, ids, companyIds }
}

/** Returns ids in the order of the pages. */
const walks: Record<string, (portal: HubSpotPortal, ids: bigint[], companyIds: bigint[]) => Promise<bigint[]>> = {
  'members of a list': (portal) =>
    pages(async (after) => {
      const { recordIds, next } = await portal.membershipPage('42', { after, limit: 3 })
      return { ids: recordIds, next }
    }),
  companies: (portal) =>
    pages(async (after) => {
      const { records, next } = await portal.companyPage({ after, limit: 3 }, ['name'])
      return { ids: records.map(({ hubspotId }) => hubspotId), next }
    }),
  'contacts of a company': async (portal, _ids, [company = 0n]) => {
    const found: bigint[] = []
    for await (const { contactIds } of portal.contactsOfCompanies([company])) found.push(...contactIds)
    return found
  },
  'companies of a contact': async (portal, [contact = 0n]) => {
    const companies = (await portal.companiesOfContacts([contact])).get(contact) ?? []
    if ('unreadable' in companies) throw new HubSpotUnreadableError(companies.unreadable)
    return companies.map(({ companyId }) => companyId)
  },
}

async function pages(ask: (after: string | null) => Promise<{ ids: bigint[]; next: string | null }>) {
  const found: bigint[] = []
  let after: string | null = null
  do {
    const page: { ids: bigint[]; next: string | null } = await ask(after)
    found.push(...page.ids)
    after = page.next
  } while (after !== null)
  return found
}

describe.each(Object.entries(walks))('%s', (name, walk) => {
  it.each(['documented', 'number', 'link-only'] as const)(
    'are read to the end with these cursors: %s',
    async (cursors) => {
      const { portal, ids, companyIds } = await givenPages({ cursors })

      const expected = name.startsWith('compan') ? companyIds : ids
      expect(await walk(portal, ids, companyIds)).toEqual(expected)
    },
  )

  it('do not end if the cursor is unreadable; the unexpected part is reported', async () => {
    const { portal, ids, companyIds } = await givenPages({ cursors: 'unreadable' })

    await expect(walk(portal, ids, companyIds)).rejects.toThrow(HubSpotUnreadableError)
    await expect(walk(portal, ids, companyIds)).rejects.toThrow(/paging\.next/)
  })

  it('return each record once, although pages repeat records at their borders', async () => {
    const { portal, ids, companyIds } = await givenPages({ repeatsAtBorders: true })

    const expected = name.startsWith('compan') ? companyIds : ids
    expect([...new Set(await walk(portal, ids, companyIds))]).toEqual(expected)
  })
})
