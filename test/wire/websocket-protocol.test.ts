import { expect, test } from 'vitest'
import { defaultLimits } from '../../src/server/limits/operation-limits.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const limits = {
  ...defaultLimits,
  depth: 12,
  cost: 100,
  aliases: 50,
  tokens: 1_000,
  nesting: 100,
  bodyBytes: 5_000,
  operationsPerSocket: 2,
}
const api = await startTestApi({ options: { limits } })
const { token } = await api.createWorkspace()

const init = { type: 'connection_init', payload: { authorization: `Bearer ${token}` } }
const ask = (query: string, id = '1') => ({ type: 'subscribe', id, payload: { query } })
const follow = 'subscription { syncProgress { id } }'

/** Opens a socket and waits until it is acknowledged. */
async function openSocket() {
  const socket = await openRawSocket(api.url)
  socket.send(init)
  expect(await socket.next()).toMatchObject({ type: 'connection_ack' })
  return socket
}

test('a query is answered and completed, and its cost is reported', async () => {
  const socket = await openSocket()

  socket.send(ask('{ viewer { role } }'))

  expect(await socket.next()).toMatchObject({
    type: 'next',
    id: '1',
    payload: { data: { viewer: { role: 'WORKSPACE_ADMIN' } }, extensions: { cost: { requested: 1, maximum: 100 } } },
  })
  expect(await socket.next()).toEqual({ type: 'complete', id: '1' })
})

test('a ping is answered by a pong', async () => {
  const socket = await openSocket()

  socket.send({ type: 'ping' })

  expect(await socket.next()).toMatchObject({ type: 'pong' })
})

test.for([['no JSON'], [{ type: 'nonsense' }], [{ type: 'subscribe', id: '1', payload: {} }]])(
  'a socket that sends an invalid message is closed with 4400: %j',
  async ([message]) => {
    const socket = await openSocket()

    socket.send(message as object)

    expect(await socket.closed).toMatchObject({ code: 4400 })
  },
)

test('a socket that sends an operation before it is acknowledged is closed with 4401', async () => {
  const socket = await openRawSocket(api.url)

  socket.send(ask('{ viewer { role } }'))

  expect(await socket.closed).toMatchObject({ code: 4401 })
})

test.for([[undefined], [{}], [{ authorization: 'Bearer nonsense' }]])(
  'a socket without valid credentials is closed with 4403: %j',
  async ([payload]) => {
    const socket = await openRawSocket(api.url)

    socket.send({ type: 'connection_init', payload })

    expect(await socket.closed).toMatchObject({ code: 4403 })
  },
)

test('a socket without a subprotocol is closed with 4406', async () => {
  const socket = await openRawSocket(api.url, [])

  expect(await socket.closed).toMatchObject({ code: 4406 })
})

test('a socket that sends nothing is closed with 4408', async () => {
  const socket = await openRawSocket(api.url)

  expect(await socket.closed).toMatchObject({ code: 4408 })
})

test('a socket that uses an operation id twice is closed with 4409', async () => {
  const socket = await openSocket()

  socket.send(ask(follow))
  socket.send(ask(follow))

  expect(await socket.closed).toMatchObject({ code: 4409 })
})

test('a socket that sends connection_init twice is closed with 4429', async () => {
  const socket = await openRawSocket(api.url)

  socket.send(init)
  socket.send(init)

  expect(await socket.closed).toMatchObject({ code: 4429 })
})

test('a socket that sends a message that is too large is closed with 1009', async () => {
  const socket = await openSocket()

  socket.send(ask(`{ viewer { role } } # ${'x'.repeat(5_001)}`))

  expect(await socket.closed).toMatchObject({ code: 1009 })
})

test('an operation beyond the limits gets an error, and the socket stays open', async () => {
  const socket = await openSocket()

  socket.send(ask('{ contacts(first: 100) { nodes { handles { value } } } }'))
  const refused = await socket.next()
  socket.send(ask('{ viewer { role } }', '2'))

  expect(JSON.stringify(refused)).toContain('COST_LIMIT')
  expect(JSON.stringify(refused)).not.toContain('http')
  const answers = [await socket.next(), await socket.next(), await socket.next().catch(() => null)]
  expect(answers).toContainEqual({ type: 'complete', id: '2' })
})

test('operations beyond the limit of concurrent operations per socket are rejected', async () => {
  const socket = await openSocket()

  for (const id of ['1', '2', '3']) socket.send(ask(follow, id))

  expect(await socket.next()).toMatchObject({
    type: 'error',
    id: '3',
    payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
  })
})
