import { afterEach, describe, expect, test } from 'vitest'
import { simulatedHubSpot } from './simulated-hubspot.ts'

const hubspot = simulatedHubSpot({ portals: [{ contacts: 30, companies: 3, rateLimit: null }] })
const PATH = '/crm/v3/objects/contacts?limit=3'

afterEach(() => hubspot.simulator.faults.clear())

describe('a fault answers instead of the portal', () => {
  test.each([
    ['expired-token', 401, 'EXPIRED_AUTHENTICATION'],
    ['revoked-token', 401, 'INVALID_AUTHENTICATION'],
    ['missing-scopes', 403, 'MISSING_SCOPES'],
    ['locked', 423, 'LOCKED'],
    ['server-error', 500, 'INTERNAL_ERROR'],
    ['migration', 477, 'MIGRATION_IN_PROGRESS'],
    ['gateway-timeout', 504, 'GATEWAY_TIMEOUT'],
  ] as const)('%s', async (kind, status, category) => {
    hubspot.simulator.faults.add({ kind })
    const answer = await hubspot.get(PATH)
    expect([answer.status, answer.body.category]).toEqual([status, category])
    expect(answer.headers.get('retry-after')).toBe(kind === 'migration' ? '2' : null)
  })

  test.each([
    ['rate-limit', 'TEN_SECONDLY_ROLLING'],
    ['daily-limit', 'DAILY'],
  ] as const)('%s', async (kind, policyName) => {
    hubspot.simulator.faults.add({ kind })
    expect(await hubspot.get(PATH)).toMatchObject({ status: 429, body: { policyName } })
  })

  test.each([
    ['bad-gateway-html', 502, 'text/html; charset=utf-8'],
    ['bad-gateway-bare', 502, null],
    ['uri-too-long-bare', 414, null],
  ] as const)('%s', async (kind, status, contentType) => {
    hubspot.simulator.faults.add({ kind })
    const answer = await hubspot.get(PATH)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, contentType])
    expect(answer.text).toContain('<h1>')
  })
})

describe('a fault corrupts the answer', () => {
  test.each(['reset', 'reset-mid-body', 'down'] as const)('%s', async (kind) => {
    hubspot.simulator.faults.add({ kind })
    await expect(hubspot.get(PATH)).rejects.toThrow()
  })

  test('malformed-body', async () => {
    hubspot.simulator.faults.add({ kind: 'malformed-body' })
    await expect(hubspot.get(PATH)).rejects.toThrow(SyntaxError)
  })

  test('wrong-shape', async () => {
    hubspot.simulator.faults.add({ kind: 'wrong-shape' })
    const [first, second, third] = (await hubspot.get(PATH)).body.results
    expect(first).not.toHaveProperty('properties')
    expect(second.properties).toMatchObject({ firstname: 17, email: { value: 'x' } })
    expect(third.properties.hs_object_id).toBe(third.id)
  })

  test('slow', async () => {
    hubspot.simulator.faults.add({ kind: 'slow', delayMs: 120 })
    const started = performance.now()
    expect((await hubspot.get(PATH)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(110)
  })
})

describe('a fault hits', () => {
  const statuses = async (calls: number, path = PATH) => {
    const seen: number[] = []
    for (let call = 0; call < calls; call++) seen.push((await hubspot.get(path)).status)
    return seen
  }

  test('as many calls as its count', async () => {
    hubspot.simulator.faults.add({ kind: 'server-error', count: 2 })
    expect(await statuses(3)).toEqual([500, 500, 200])
    expect(hubspot.simulator.faults.list()).toEqual([])
  })

  test('the path and portal that it names', async () => {
    hubspot.simulator.faults.add({ kind: 'server-error', path: '/owners' })
    hubspot.simulator.faults.add({ kind: 'locked', hubId: 999 })
    expect(await statuses(1)).toEqual([200])
    expect(await statuses(1, '/crm/v3/owners')).toEqual([500])
  })

  test('its share of calls', async () => {
    hubspot.simulator.faults.add({ kind: 'server-error', rate: 0.3 })
    const failed = (await statuses(60)).filter((status) => status === 500).length
    expect(failed).toBeGreaterThan(6)
    expect(failed).toBeLessThan(36)
  })

  test('the token endpoint too', async () => {
    hubspot.simulator.faults.add({ kind: 'server-error', path: '/oauth/' })
    expect((await hubspot.form('/oauth/v3/token', {})).status).toBe(500)
  })
})
