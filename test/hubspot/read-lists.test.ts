import { describe, expect, it } from 'vitest'
import { apiVersions } from '../../src/config/environment.ts'
import { HubSpotNotFoundError } from '../../src/hubspot/errors.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

describe.each(apiVersions)('with the paths of %s', (apiVersion) => {
  it('reads account, properties, lists, members, and contacts', async () => {
    const { portal } = await openSimulatedPortal({
      apiVersion,
      portals: [{ contacts: 300, uiDomain: 'app-eu1.hubspot.com' }],
    })

    const account = await portal.accountInfo()
    const properties = await portal.listProperties('contacts')
    const list = await portal.getList('42')
    const found = await portal.searchLists({ query: 'all cust', offset: 0, count: 10 })
    const page = await portal.membershipPage('42', { after: null, limit: 5 })
    const contacts = await portal.readContacts(page.recordIds, ['email'])
    const members = await portal.membersAmong('42', [...page.recordIds, 9n])

    expect(account).toEqual({
      portalId: 1_234_567n,
      uiDomain: 'app-eu1.hubspot.com',
      dataHostingLocation: 'eu1',
      timeZone: 'US/Eastern',
    })
    expect(properties.find(({ name }) => name === 'email')).toMatchObject({
      label: 'Email',
      type: 'string',
      archived: false,
    })
    expect(properties.find(({ name }) => name === 'lifecyclestage')?.options).toContainEqual({
      label: 'Customer',
      value: 'customer',
    })
    expect(properties.find(({ name }) => name === 'hubspot_owner_id')).toMatchObject({ referencedObjectType: 'OWNER' })
    expect(list).toMatchObject({ id: '42', name: 'All customers', isDynamic: true })
    expect(found).toEqual({ lists: [list], total: 1, hasMore: false })
    expect(contacts.map(({ hubspotId }) => hubspotId)).toEqual(page.recordIds)
    expect([...members]).toEqual(page.recordIds)
  })
})

describe('lists', () => {
  it('B27: returns the members of a list once each, ascending', async () => {
    const { portal } = await openSimulatedPortal({ portals: [{ contacts: 600 }] })
    const list = await portal.getList('42')

    const ids: bigint[] = []
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      const page = await portal.membershipPage('42', { after, limit: 250 })
      ids.push(...page.recordIds)
      after = page.next
    }

    expect(ids).toHaveLength(list?.size ?? Number.NaN)
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => (a < b ? -1 : 1)))
  })

  it('B27: searches only contact lists, page by page', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })
    const hub = simulator.portal()
    for (const listId of ['1', '2', '3']) hub.putList({ listId, name: `Customers ${listId}`, members: [] })
    hub.putList({ listId: '4', name: 'Customer companies', objectTypeId: '0-2' })

    const first = await portal.searchLists({ query: 'customer', offset: 0, count: 2 })
    const rest = await portal.searchLists({ query: 'customer', offset: 2, count: 2 })

    expect(first).toMatchObject({
      total: 3,
      hasMore: true,
      lists: [{ id: '1', size: 0, isDynamic: false }, { id: '2' }],
    })
    expect(rest).toMatchObject({ total: 3, hasMore: false, lists: [{ id: '3' }] })
  })

  it('HUBSPOT_LIST_NOT_FOUND: does not return a list that is deleted, never existed, or contains companies', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })
    const hub = simulator.portal()
    hub.putList({ listId: '1', members: [] })
    hub.deleteList('1')
    hub.putList({ listId: '2', objectTypeId: '0-2' })

    expect(await Promise.all(['1', '2', '3', '../lists/1'].map((id) => portal.getList(id)))).toEqual([
      null,
      null,
      null,
      null,
    ])
    await expect(portal.membershipPage('1', { after: null, limit: 250 })).rejects.toThrow(HubSpotNotFoundError)
  })
})
