import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { type Simulator, startSimulator } from '../../simulator/index.ts'

const ids = (first: number, count: number) => Array.from({ length: count }, (_, n) => ({ id: String(first + n) }))

const caller = (simulator: Simulator) => {
  const { accessToken } = simulator.issueAccessToken()
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  return async (path: string, body?: object): Promise<string> => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    return (await fetch(simulator.url + path, { ...init, headers })).text()
  }
}

test('the same seed leads to the same bytes, another seed to others', async () => {
  const texts = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const portals = [{ seed, contacts: 500, companies: 50, rateLimit: null }]
      const simulator = await startSimulator({ portals, clock: () => 1_800_000_000_000 })
      const call = caller(simulator)
      const properties = ['firstname', 'email', 'work_email', 'phone', 'customer_since', 'associatedcompanyid']
      const contacts = await call('/crm/v3/objects/contacts/batch/read', { inputs: ids(101, 100), properties })
      const links = await call('/crm/v4/associations/companies/contacts/batch/read', { inputs: ids(5001, 90) })
      await simulator.close()
      return contacts + links
    }),
  )
  expect(texts[0]).toBe(texts[1])
  expect(texts[0]).not.toBe(texts[2])
})

describe('a portal of a million contacts', () => {
  let simulator: Simulator
  let call: (path: string, body?: object) => Promise<string>
  const heapBefore = process.memoryUsage().heapUsed

  beforeAll(async () => {
    simulator = await startSimulator({ portals: [{ contacts: 1_000_000, companies: 100_000, rateLimit: null }] })
    call = caller(simulator)
  })
  afterAll(() => simulator.close())

  test('answers a page deep in the list', async () => {
    await call('/crm/v3/lists/42/memberships?limit=1')
    const after = Buffer.from('2900000').toString('base64')
    const { total, results } = JSON.parse(await call(`/crm/v3/lists/42/memberships?limit=250&after=${after}`))
    expect([total, results.length]).toEqual([expectedOutcome(1, 1_000_000).total, 250])
    expect(Number(results[0].recordId)).toBeGreaterThan(2_900_000)
  })

  test('takes no memory for them', () => {
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(150_000_000)
  })

  test('is consistent about who belongs to which company', async () => {
    const inputs = ids(150_001, 40)
    const { results } = JSON.parse(await call('/crm/v4/associations/companies/contacts/batch/read', { inputs }))
    for (const { from, to } of results) {
      const contacts = to.map(({ toObjectId }: { toObjectId: number }) => ({ id: String(toObjectId) }))
      const body = JSON.parse(await call('/crm/v4/associations/contacts/companies/batch/read', { inputs: contacts }))
      for (const back of body.results) {
        expect(back.to.map(({ toObjectId }: { toObjectId: number }) => toObjectId)).toContain(Number(from.id))
      }
      expect(body.results).toHaveLength(contacts.length)
    }
  })
})

test('a merged seeded contact is found by its earlier ids', async () => {
  const simulator = await startSimulator({ portals: [{ contacts: 1000, rateLimit: null }] })
  const [merged] = expectedOutcome(1, 1000).samples.merged
  const properties = ['hs_merged_object_ids']
  const call = caller(simulator)
  const read = async (inputs: object[]) =>
    JSON.parse(await call('/crm/v3/objects/contacts/batch/read', { inputs, properties })).results
  const [record] = await read([{ id: merged }])
  const oldIds: string[] = record.properties.hs_merged_object_ids.split(';')
  expect(oldIds).toHaveLength(2)
  expect(await read(oldIds.map((id) => ({ id })))).toEqual([record])
  await simulator.close()
})
