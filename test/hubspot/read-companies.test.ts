import { describe, expect, it } from 'vitest'
import { apiVersions } from '../../src/config/environment.ts'
import type { HubSpotPortal, HubSpotRecord } from '../../src/hubspot/portal.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

/** Reads all companies with these properties, page by page. */
async function walk(portal: HubSpotPortal, limit: number, properties: readonly string[]): Promise<HubSpotRecord[]> {
  const records: HubSpotRecord[] = []
  let after: string | null = null
  do {
    const page: { records: HubSpotRecord[]; next: string | null } = await portal.companyPage(
      { after, limit },
      properties,
    )
    expect(page.records.length).toBeLessThanOrEqual(limit)
    records.push(...page.records)
    after = page.next
  } while (after !== null)
  return records
}

describe.each(apiVersions)('with the paths of %s', (apiVersion) => {
  it('B64: walks all companies that are not archived, counts them, and reads some of them again', async () => {
    const { simulator, portal } = await openSimulatedPortal({ apiVersion, portals: [{ companies: 250 }] })

    const companies = await walk(portal, 100, ['name', 'domain'])
    const count = await portal.countCompanies()
    const some = await portal.readCompanies(
      companies.slice(0, 3).map(({ hubspotId }) => hubspotId),
      ['domain'],
    )

    const ids = companies.map(({ hubspotId }) => hubspotId)
    expect(ids).toEqual([...ids].sort((a, b) => Number(a - b)))
    expect(companies.length).toBeLessThan(250)
    expect(count).toBe(companies.length)
    expect(some.map(({ hubspotId: id, properties }) => [id, properties.domain])).toEqual(
      companies.slice(0, 3).map(({ hubspotId: id, properties }) => [id, properties.domain]),
    )
    expect(simulator.requests.nonReads).toEqual([])
  })
})

it('reads more properties than fit into a URL', async () => {
  const { simulator, portal } = await openSimulatedPortal({ portals: [{ companies: 30 }] })
  const names = Array.from({ length: 1_000 }, (_, number) => `a_property_with_a_long_name_${number}`)
  for (const name of names) simulator.portal().putProperty('companies', { name })
  const few = await walk(portal, 7, ['domain'])
  simulator.requests.reset()

  const many = await walk(portal, 7, ['domain', ...names])

  expect(many.map(({ hubspotId: id, properties }) => [id, properties.domain])).toEqual(
    few.map(({ hubspotId: id, properties }) => [id, properties.domain]),
  )
  expect(Object.keys(many[0]?.properties ?? {})).toEqual(expect.arrayContaining(names))
  expect(simulator.requests.statuses[414]).toBeUndefined()
})

it('B53: flags companies of an unexpected shape and returns the others', async () => {
  const { simulator, portal } = await openSimulatedPortal({ portals: [{ empty: true }] })
  const ids = ['a', 'b', 'c'].map((name) => BigInt(simulator.portal().putCompany({ properties: { name } })))
  simulator.faults.add({ kind: 'wrong-shape' })

  const { records } = await portal.companyPage({ after: null, limit: 10 }, ['name'])

  expect(records.map(({ hubspotId: id, unreadable }) => [id, unreadable !== undefined])).toEqual([
    [ids[0], true],
    [ids[1], true],
    [ids[2], false],
  ])
})

it('finds no company in an empty portal', async () => {
  const { portal } = await openSimulatedPortal({ portals: [{ empty: true }] })

  expect(await portal.companyPage({ after: null, limit: 100 }, ['name'])).toEqual({ records: [], next: null })
  expect(await portal.countCompanies()).toBe(0)
})
