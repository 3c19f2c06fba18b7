import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { defaultConnectionBounds } from '../../src/server/limits/connection-bounds.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { startServerBeside } from '../support/graphql/start-server-beside.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { waitFor } from '../support/wait-for.ts'

const lines: { level: number }[] = []
const log = pino(
  { level: 'debug' },
  new Writable({
    write: (line, _encoding, done) => {
      lines.push(JSON.parse(String(line)))
      done()
    },
  }),
)
const bounds = {
  ...defaultConnectionBounds,
  socketsPerToken: 2,
  socketsPerWorkspace: 3,
  subscriptionsPerToken: 2,
  subscriptionsPerWorkspace: 3,
}
const api = await startTestApi({ log, options: { bounds } })

const follow = 'subscription { syncProgress { status } }'
const ask = (id: string) => ({ type: 'subscribe', id, payload: { query: follow } })
const init = (token: string) => ({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })

async function openSocket(token: string, url = api.url) {
  const socket = await openRawSocket(url)
  socket.send(init(token))
  const first = await Promise.race([socket.next(), socket.closed])
  return { ...socket, first }
}

/** Creates a workspace with a run to follow, so that each subscription has an event immediately. */
async function givenWorkspace() {
  const workspace = await api.createWorkspace()
  await storeRun(api.database, workspace.workspaceId)
  const colleague = await api.createUser(workspace.workspaceId, 'MEMBER')
  return { ...workspace, colleague }
}

const acknowledged = { type: 'connection_ack' }

test('a socket beyond the limit of its token or workspace is closed with 1013, and each closed socket makes room', async () => {
  const { token, colleague } = await givenWorkspace()
  const neighbour = await api.createWorkspace()
  const [one] = [await openSocket(token), await openSocket(token)]

  const third = await openSocket(token)
  const ofColleague = await openSocket(colleague.token)
  const fourth = await openSocket(colleague.token)
  const ofNeighbour = await openSocket(neighbour.token)

  expect(third.first).toEqual({
    code: 1013,
    reason: 'This token has reached its limit of 2 WebSockets. Close one, then connect again.',
  })
  expect(ofColleague.first).toMatchObject(acknowledged)
  expect(fourth.first).toMatchObject({
    code: 1013,
    reason: expect.stringMatching(/^This workspace has reached its limit of 3 WebSockets/),
  })
  expect(ofNeighbour.first).toMatchObject(acknowledged)
  one?.close()
  await waitFor(async () => 'type' in (await openSocket(token)).first)
})

test('a socket beyond the limit of the process is closed with 1013', async () => {
  const url = await startServerBeside(api, { options: { bounds: { ...bounds, sockets: 1, initMs: 60_000 } } })
  const first = await openRawSocket(url)

  const second = await openRawSocket(url)

  expect(await second.closed).toMatchObject({ code: 1013 })
  first.close()
  await waitFor(async () => {
    const another = await openRawSocket(url)
    another.send({ type: 'ping' })
    return 'type' in (await Promise.race([another.next(), another.closed]))
  })
})

test('a socket that does not send connection_init in time is closed with 4408', async () => {
  const url = await startServerBeside(api, { options: { bounds: { ...bounds, initMs: 100 } } })

  const socket = await openRawSocket(url)

  expect(await socket.closed).toMatchObject({ code: 4408 })
})

test('a socket whose peer has disappeared is terminated, and makes room', async () => {
  const url = await startServerBeside(api, { options: { bounds: { ...bounds, socketsPerToken: 1, pingEveryMs: 100 } } })
  const { token } = await givenWorkspace()
  const line = await createCuttableLine(url)
  const vanishing = await openSocket(token, line.url.replace(/\/$/, ''))
  expect(vanishing.first).toMatchObject(acknowledged)

  line.silence()

  await waitFor(async () => 'type' in (await openSocket(token, url)).first)
})

test('subscriptions over both transports share one limit, and each one that ends makes room', async () => {
  const { token, colleague } = await givenWorkspace()
  const socket = await openSocket(token)
  socket.send(ask('1'))
  expect(await socket.next()).toMatchObject({ type: 'next', id: '1' })
  const stream = await followByEvents(token)
  expect(stream.status).toBe(200)

  const third = await followByEvents(token)
  socket.send(ask('2'))
  const refusal = await socket.next()
  const ofColleague = await followByEvents(colleague.token)
  const fourth = await followByEvents(colleague.token)

  expect(third).toMatchObject({ status: 429, text: expect.stringContaining('TOO_MANY_SUBSCRIPTIONS') })
  expect(refusal).toMatchObject({
    id: '2',
    payload: { errors: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limitedBy: 'TOKEN' } }] },
  })
  expect(ofColleague.status).toBe(200)
  expect(fourth).toMatchObject({ status: 429, text: expect.stringContaining('"limitedBy":"WORKSPACE"') })
  stream.leave()
  await waitFor(async () => (await followByEvents(token)).status === 200)
})

test('a subscription that is rejected or ends immediately gives its place back', async () => {
  const { token } = await givenWorkspace()

  for (let times = 0; times < 4; times++) {
    const left = new AbortController()
    const leaving = startStream(token, follow, left.signal).catch(() => null)
    left.abort()
    await leaving
    await startStream(token, 'subscription { syncProgress(runId: "nonsense") { status } }')
  }

  await waitFor(async () => (await followByEvents(token)).status === 200)
  expect((await followByEvents(token)).status).toBe(200)
})

function startStream(token: string, query = follow, signal?: AbortSignal) {
  return fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal,
  })
}

/** Follows until `leave` is called. Resolves with the first event. */
async function followByEvents(token: string) {
  const left = new AbortController()
  cleanUp(() => left.abort())
  const response = await startStream(token, follow, left.signal)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  while (!text.includes('data:')) text += new TextDecoder().decode((await reader.read()).value)
  return { status: response.status, text, leave: () => left.abort() }
}

test.for<[code: number, why: string, send: (socket: WebSocket) => void]>([
  [4400, 'a message that is not JSON', (socket) => socket.send('{ no')],
  [4400, 'a message of an unknown type', (socket) => socket.send('{"type":"nonsense"}')],
  [4400, 'a message that only servers send', (socket) => socket.send('{"type":"next","id":"1","payload":{}}')],
  [1002, 'a frame with reserved bits', (socket) => rawOf(socket).write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]))],
  [1007, 'text that is not UTF-8', (socket) => socket.send(Buffer.from([0xff]), { binary: false })],
])('code %i closes a socket that sends %s, with one line in the log', async ([code, _why, send]) => {
  const { token } = await givenWorkspace()
  const printed = vi.spyOn(console, 'error')
  cleanUp(() => printed.mockRestore())
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  cleanUp(() => socket.terminate())
  await once(socket, 'open')
  socket.send(JSON.stringify(init(token)))
  await once(socket, 'message')
  lines.splice(0)

  send(socket)
  const [closedWith] = await once(socket, 'close')

  expect(closedWith).toBe(code)
  expect(printed).not.toHaveBeenCalled()
  expect(lines).toMatchObject([{ level: 20 }])
  expect(JSON.stringify(lines)).not.toContain('stack')
})

function rawOf(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket
}

test('a burst of pings is answered only partly', async () => {
  const { token } = await givenWorkspace()
  const { next, send } = await openSocket(token)

  for (let sent = 0; sent < 1_000; sent++) send({ type: 'ping' })
  send({ type: 'subscribe', id: 'last', payload: { query: '{ viewer { role } }' } })

  let pongs = 0
  for (let message = await next(); message.id !== 'last'; message = await next()) pongs += 1
  expect(pongs).toBeGreaterThan(0)
  expect(pongs).toBeLessThan(500)
})
