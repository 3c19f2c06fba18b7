import { beforeEach, expect, test } from 'vitest'
import { simulatedHubSpot } from './simulated-hubspot.ts'

let now = Date.UTC(2026, 10, 23, 12)
const hubspot = simulatedHubSpot({
  portals: [
    { hubId: 1, empty: true },
    { hubId: 2, empty: true },
  ],
  clock: () => now,
})
const portal = () => hubspot.simulator.portal()

beforeEach(() => {
  // Far enough for every window, and the day, to be over.
  now += 48 * 3_600_000
  hubspot.simulator.expireAccessTokens()
  portal().configure({ rateLimit: 110, associationRateLimit: 150, dailyLimit: null, searchPerSecond: 5 })
})

const token = () => hubspot.simulator.issueAccessToken(1).accessToken
const owners = (accessToken: string) => hubspot.get('/crm/v3/owners', accessToken)
const searchContacts = (accessToken: string) => hubspot.post('/crm/v3/objects/contacts/search', {}, accessToken)

test('ten seconds allow as many calls as the limit, in a sliding window', async () => {
  portal().configure({ rateLimit: 3 })
  const accessToken = token()
  const remaining: (string | null)[] = []
  for (let call = 0; call < 3; call++) {
    const { headers } = await owners(accessToken)
    expect(headers.get('x-hubspot-ratelimit-max')).toBe('3')
    expect(headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000')
    remaining.push(headers.get('x-hubspot-ratelimit-remaining'))
    now += 1000
  }
  expect(remaining).toEqual(['2', '1', '0'])
  const refused = await owners(accessToken)
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({
    status: 'error',
    message: 'You have reached your ten_secondly_rolling limit.',
    errorType: 'RATE_LIMIT',
    policyName: 'TEN_SECONDLY_ROLLING',
  })
  now += 7000
  expect((await owners(accessToken)).status).toBe(200)
  expect((await owners(accessToken)).status).toBe(429)
})

test("portals do not use up each other's calls, and all tokens of a portal share one budget", async () => {
  portal().configure({ rateLimit: 1 })
  expect((await owners(token())).status).toBe(200)
  expect((await owners(token())).status).toBe(429)
  expect((await owners(hubspot.simulator.issueAccessToken(2).accessToken)).status).toBe(200)
})

test('search has its own budget per second, and no headers', async () => {
  portal().configure({ searchPerSecond: 2, rateLimit: 1 })
  const accessToken = token()
  const answers = [
    await searchContacts(accessToken),
    await searchContacts(accessToken),
    await searchContacts(accessToken),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(answers[2]?.body).toMatchObject({ message: 'You have reached your secondly limit.', policyName: 'SECONDLY' })
  expect(answers[0]?.headers.get('x-hubspot-ratelimit-max')).toBeNull()
  now += 1000
  expect((await searchContacts(accessToken)).status).toBe(200)
})

test('associations may have a lower limit', async () => {
  portal().configure({ associationRateLimit: 1 })
  const accessToken = token()
  const read = () =>
    hubspot.post('/crm/v4/associations/companies/contacts/batch/read', { inputs: [{ id: '1' }] }, accessToken)
  expect([(await read()).status, (await read()).status, (await owners(accessToken)).status]).toEqual([207, 429, 200])
})

test("the day ends at midnight in the portal's time zone", async () => {
  portal().configure({ dailyLimit: 1, timeZone: 'Asia/Tokyo' })
  now = Date.UTC(2027, 0, 1, 14, 59)
  expect((await owners(token())).status).toBe(200)
  expect((await owners(token())).body.policyName).toBe('DAILY')
  now += 60_000
  expect((await owners(token())).status).toBe(200)
})

test('null turns a limiter off', async () => {
  portal().configure({ rateLimit: null })
  const { headers } = await owners(token())
  expect(headers.get('x-hubspot-ratelimit-max')).toBeNull()
})
