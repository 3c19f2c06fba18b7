import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { isFromHubSpot, type SignedRequest } from '../../src/webhooks/verify-signature.ts'

const secret = '5d7f1e6c-1111-4222-8333-0123456789ab'
const now = new Date('2026-11-24T12:00:00Z')
const url = 'https://sync.example.test/webhooks/hubspot'

function signed(change: Partial<SignedRequest> = {}, signedUrl = url): SignedRequest {
  const timestamp = change.timestamp ?? String(now.getTime())
  const body = Buffer.from('[{"objectId":1,"propertyValue":"Zoë ✓"}]')
  const signature = createHmac('sha256', secret)
    .update(`POST${signedUrl}`)
    .update(body)
    .update(timestamp)
    .digest('base64')
  return { method: 'POST', url, body, signature, timestamp, ...change }
}

const ago = (ms: number) => String(now.getTime() - ms)

test('B72: a request that HubSpot signed is accepted for five minutes', () => {
  expect(isFromHubSpot(signed(), secret, now)).toBe(true)
  expect(isFromHubSpot(signed({ timestamp: ago(5 * 60_000) }), secret, now)).toBe(true)
  expect(isFromHubSpot(signed({ timestamp: ago(5 * 60_000 + 1) }), secret, now)).toBe(false)
  expect(isFromHubSpot(signed({ timestamp: ago(-5 * 60_000 - 1) }), secret, now)).toBe(false)
})

test.for<[what: string, request: SignedRequest]>([
  ['another body', signed({ body: Buffer.from('[]') })],
  ['another address', signed({ url: `${url}/` })],
  ['another method', signed({ method: 'PUT' })],
  ['the time of another', signed({ timestamp: ago(1), signature: signed().signature })],
  ['no signature', { ...signed(), signature: undefined }],
  ['no time', { ...signed(), timestamp: undefined }],
  ['a time that is none', signed({ timestamp: 'now' })],
  ['half a signature', signed({ signature: signed().signature?.slice(0, 20) })],
])('B72: %s is not accepted', ([, request]) => {
  expect(isFromHubSpot(request, secret, now)).toBe(false)
})

test('B72: a request that was signed with another secret is not accepted', () => {
  expect(isFromHubSpot(signed(), 'another', now)).toBe(false)
})

test('B72: HubSpot signs the decoded URL', () => {
  const path = '/webhooks/hubspot?tenant='
  const request = signed(
    { url: `https://sync.example.test${path}a%3Ab%20c` },
    `https://sync.example.test${path}a:b%20c`,
  )
  expect(isFromHubSpot(request, secret, now)).toBe(true)
})
