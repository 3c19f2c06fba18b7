import { expect, test } from 'vitest'
import { defaultConnectionBounds } from '../../src/server/limits/connection-bounds.ts'
import { postBody } from '../support/graphql/post.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { startServerBeside } from '../support/graphql/start-server-beside.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const bounds = { ...defaultConnectionBounds, failedLoginsPerAddress: 3 }
const api = await startTestApi({ options: { bounds, trustedProxies: 1 } })
const { token } = await api.createWorkspace()
const body = { query: '{ viewer { role } }' }
const from = (address: string) => ({ 'x-forwarded-for': address })

/** Sends invalid tokens until the address has reached its limit. */
async function failFrom(address: string, url = api.url): Promise<void> {
  for (let sent = 0; sent < 3; sent++) {
    const { status } = await postBody(url, body, { token: `hcs_${'x'.repeat(43)}`, headers: from(address) })
    expect(status).toBe(401)
  }
}

test('an address that sends too many invalid tokens is rejected for a while; other addresses are not', async () => {
  await failFrom('192.0.2.1')

  const refused = await postBody(api.url, body, { token, headers: from('192.0.2.1') })
  const other = await postBody(api.url, body, { token, headers: from('192.0.2.2') })

  const seconds = Number(refused.headers.get('retry-after'))
  expect(refused.status).toBe(429)
  expect(seconds).toBeGreaterThan(0)
  expect(refused.errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', limitedBy: 'ADDRESS', retryAfterSeconds: seconds } },
  ])
  expect(other.status).toBe(200)
})

test('a socket from an address with too many invalid tokens is closed with 1013', async () => {
  await failFrom('127.0.0.1')

  const socket = await openRawSocket(api.url)
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })

  expect(await socket.closed).toMatchObject({ code: 1013, reason: expect.stringContaining('Try again in') })
})

test.for<[what: string, first: string, second: string]>([
  ['two addresses in one IPv6 network', '2001:db8::1', '2001:db8:0:0:ffff:2:3:4'],
  ['forged X-Forwarded-For entries', '198.51.100.7, 203.0.113.1', '203.0.113.1'],
  ['an IPv4 address written as IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
])('one address: %s', async ([_what, first, second]) => {
  await failFrom(first)

  const { status } = await postBody(api.url, body, { token, headers: from(second) })

  expect(status).toBe(429)
})

test('invalid tokens are not counted if the number of proxies is unknown', async () => {
  const url = await startServerBeside(api, { options: { bounds } })
  await failFrom('192.0.2.3', url)

  const { status } = await postBody(url, body, { token, headers: from('192.0.2.3') })

  expect(status).toBe(200)
})
