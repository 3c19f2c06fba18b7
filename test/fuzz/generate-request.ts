import { gzipSync } from 'node:zlib'
import type { Dice } from './dice.ts'

const query = '{ viewer { role } }'
const encoded = encodeURIComponent(query)
const methods = [
  'GET',
  'GET',
  'POST',
  'POST',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'get',
  'X',
  '',
]
const targets = [
  '/graphql',
  '/graphql',
  '/graphql',
  `/graphql?query=${encoded}`,
  `/graphql?query=${encoded}&variables={}`,
  `/graphql?query=${encoded}&variables={`,
  `/graphql?query=${encoded}&variables=[]`,
  `/graphql?query=${encoded}&variables=7`,
  `/graphql?query=${encoded}&extensions={`,
  `/graphql?query=${encoded}&extensions=x`,
  `/graphql?query=${encoded}&operationName=%00`,
  '/graphql?query=%00',
  '/graphql?query=%ff%fe',
  '/graphql?query=%',
  '/graphql?query=mutation{startSync{__typename}}',
  '/graphql?documentId=x',
  '/graphql?',
  '/graphql/',
  '//graphql',
  '//',
  '/',
  '*',
  'http://[',
  'http://localhost/graphql',
  'http://other.example/graphql?query=x',
  '/..',
  '/%00',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/oauth/hubspot/callback',
  '/oauth/hubspot/callback?state=%00&code=%00',
  '/oauth/hubspot/callback?error=%3Cscript%3E',
  '/webhooks/hubspot',
  '/\u00e9',
  '',
]
const versions = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'X', '']
const hosts = [
  'localhost',
  'localhost',
  'localhost',
  'a b',
  '[',
  '[::1]:80',
  'x:99999',
  'a/b',
  '\u00e9',
  '',
  ',',
  'a@b',
  '%',
  '..',
]
const contentTypes = [
  'application/json',
  'application/json',
  'application/json',
  'Application/JSON; Charset=UTF-8',
  'application/graphql+json',
  'application/json; charset=x',
  'application/jsonx',
  'application/graphql',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  ';',
  ',',
  '',
]
const accepts = [
  'application/json',
  'application/graphql-response+json',
  '*/*',
  'Application/JSON',
  'text/html',
  'text/event-stream',
  'multipart/mixed',
  'image/png',
  'application/json;q=x, ;',
  '/',
  '',
]
const oddHeaders = [
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: x',
  'Content-Encoding: gzip',
  'Content-Encoding: x',
  'Expect: 100-continue',
  'Expect: x',
  'Upgrade: websocket\r\nConnection: Upgrade',
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Origin: http://x',
  'Origin: null',
  'Access-Control-Request-Method: POST',
  'x-workspace-id: x',
  'x-workspace-id: 01a20aca-c8f9-7289-af08-0ab22d452768',
  'x-hubspot-signature-v3: x\r\nx-hubspot-request-timestamp: 1',
  'If-None-Match: *',
  'Range: bytes=0-1',
  'Cookie: \u0001',
  ' folded',
  'no colon',
  `X-Long: ${'x'.repeat(20_000)}`,
]

/** The bytes of a request in which anything can be wrong: request line, headers, length, or body. */
export function generateRequest(dice: Dice, token: string): Buffer {
  const body = bodyOf(dice)
  const headers = [
    ...(dice.oneIn(20) ? [] : [`Host: ${dice.pick(hosts)}`]),
    ...(dice.oneIn(3) ? [] : [`Authorization: ${authorization(dice, token)}`]),
    ...(dice.oneIn(4) ? [] : [`Content-Type: ${dice.pick(contentTypes)}`]),
    ...(dice.oneIn(3) ? [] : [`Accept: ${dice.pick(accepts)}`]),
    ...(dice.oneIn(10) ? [] : [`Content-Length: ${lengthOf(dice, body)}`]),
    ...(dice.oneIn(2) ? [] : ['Connection: close']),
    ...(dice.oneIn(3) ? [dice.pick(oddHeaders)] : []),
  ]
  const head = `${dice.pick(methods)} ${dice.pick(targets)} ${dice.pick(versions)}\r\n${headers.join('\r\n')}\r\n\r\n`
  return mangled(dice, Buffer.concat([Buffer.from(head, 'latin1'), body]))
}

function authorization(dice: Dice, token: string): string {
  const valid = `Bearer ${token}`
  return dice.pick([
    valid,
    valid,
    valid,
    valid,
    `bearer ${token}`,
    'Bearer',
    'Bearer ',
    'Bearer x.y.z',
    'Basic eA==',
    '\u00ff',
  ])
}

function lengthOf(dice: Dice, body: Buffer): string {
  return dice.oneIn(8) ? dice.pick(['0', '-1', '1', 'x', '99999999999', String(body.length + 5)]) : String(body.length)
}

function bodyOf(dice: Dice): Buffer {
  const json = JSON.stringify({ query })
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const withVariables = (value: string, type = 'ContactFilter') =>
    `{"query":"query ($f: ${type}) { contacts(filter: $f) { totalCount } }","variables":{"f":${value}}}`
  const bodies = [
    () => json,
    () => json,
    () => '',
    () => '{',
    () => 'null',
    () => '7',
    () => '""',
    () => '[]',
    () => `[${json},${json}]`,
    () => '{"query":null}',
    () => '{"query":7}',
    () => '{"query":"{"}',
    () => '{"query":"\\u0000"}',
    () => '{"query":"{ viewer { role } }","variables":[]}',
    () => '{"query":"{ viewer { role } }","variables":"x"}',
    () => '{"query":"{ viewer { role } }","extensions":7}',
    () => '{"query":"{ viewer { role } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":7}}}',
    () => '{"query":"{ viewer { role } }","operationName":7}',
    () => '{"query":"{ viewer { role } }","operationName":"X"}',
    () => '{"query":"{ viewer { role } }","x":1}',
    () => '{"documentId":"__proto__"}',
    () => '{"documentId":"x"}',
    () => '{"__proto__":{"query":"{ viewer { role } }"}}',
    () => `{"query":"{ viewer { role } }","variables":${deep(5_000)}}`,
    () => withVariables(`${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}`),
    () => withVariables(`${'{"and":['.repeat(3_000)}${']}'.repeat(3_000)}`),
    () => withVariables(deep(5_000), '[ContactFilter!]'),
    () => JSON.stringify({ query: `{ contacts(filter: { and: ${deep(2_400)} }) { totalCount } }` }),
    () => JSON.stringify({ query: `query ($v: ${'['.repeat(2_000)}Int${']'.repeat(2_000)}) { viewer { role } }` }),
    () => JSON.stringify({ query: '{ a '.repeat(1_600) + '}'.repeat(1_600) }),
    () => JSON.stringify({ query: chainOfFragments(600) }),
    () => JSON.stringify({ query: 'fragment A on Query { ...A } { ...A }' }),
    () => JSON.stringify({ query: `{ viewer { role } } # ${'x'.repeat(200_000)}` }),
    () => JSON.stringify({ query: 'subscription { syncProgress { id } }' }),
    () => JSON.stringify({ query: 'query A { viewer { role } } query B { viewer { role } }' }),
    () => JSON.stringify({ query: '{ __schema { types { name } } }' }),
    () => `query=${encoded}`,
    () => query,
    () => '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--\r\n',
    () => '0\r\n\r\n',
    () => `5\r\n${json}\r\n0\r\n\r\n`,
  ]
  const text = dice.pick(bodies)()
  if (dice.oneIn(40)) return gzipSync(text)
  if (dice.oneIn(40)) return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])
  if (dice.oneIn(40)) return Buffer.from(text, 'utf16le')
  return Buffer.from(text)
}

/** Each fragment spreads the next one. */
function chainOfFragments(length: number): string {
  const fragments = Array.from({ length }, (_, index) => `fragment F${index} on Query { ...F${index + 1} }`)
  return `{ ...F0 } ${fragments.join(' ')} fragment F${length} on Query { viewer { role } }`
}

/** Sometimes changes, drops, or repeats a few bytes, at any position. */
function mangled(dice: Dice, request: Buffer): Buffer {
  if (!dice.oneIn(4)) return request
  const bytes = Buffer.from(request)
  for (let change = dice.below(4); change >= 0; change--) bytes[dice.below(bytes.length)] = dice.below(256)
  if (dice.oneIn(4)) return bytes.subarray(0, dice.below(bytes.length))
  if (dice.oneIn(4)) return Buffer.concat([bytes, bytes])
  return bytes
}
