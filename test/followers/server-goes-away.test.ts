import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeRun } from '../support/graphql/stored-rows.ts'

const Cut = graphql(`subscription Cut($runId: ID) { syncProgress(runId: $runId) { status } }`)

const query = Cut.toString()
const running = { data: { syncProgress: { status: 'RUNNING' } } }
const completed = { data: { syncProgress: { status: 'COMPLETED' } } }

/** An API that is about to stop, with a run in progress. */
async function startStoppingApi() {
  const api = await startTestApi()
  const { workspaceId, token } = await api.createWorkspace()
  const run = await storeRun(api.database, workspaceId, { status: 'RUNNING' })
  const variables = { runId: globalId('SyncRun', run.id) }
  return {
    ...api,
    token,
    operation: { query, variables },
    endRun: async () => {
      await api.database.prisma.syncRun.update({ where: { id: run.id }, data: { status: 'COMPLETED' } })
      await api.sync.announcements.publish('run-progressed', workspaceId, { runId: run.id })
    },
  }
}

type StoppingApi = Awaited<ReturnType<typeof startStoppingApi>>

/** A socket that follows the run and has received its current state. */
async function followBySocket({ url, token, operation }: StoppingApi) {
  const socket = await openRawSocket(url)
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
  expect(await socket.next()).toMatchObject({ type: 'connection_ack' })
  socket.send({ type: 'subscribe', id: '1', payload: operation })
  expect(await socket.next()).toMatchObject({ type: 'next', payload: running })
  return socket
}

/** A stream of events that follows the run and has received its current state. */
async function followByEvents({ url, token, operation }: StoppingApi) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify(operation),
  })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  /** Reads until the text matches. Fails if the stream breaks off or ends first. */
  const readUntil = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`ended without ${pattern}`)
      text += decoder.decode(value, { stream: true })
    }
  }
  await readUntil(/RUNNING/)
  return { readUntil, text: () => text }
}

test('B68: over WebSocket, a server that stops closes with 1001, and completes nothing that is in progress', async () => {
  const api = await startStoppingApi()
  const socket = await followBySocket(api)

  await api.server.close()

  expect(await socket.closed).toMatchObject({ code: 1001 })
  await expect(socket.next()).rejects.toThrow(/1001/)
})

test('B68: over server-sent events, a server that stops interrupts the stream, and completes nothing that is in progress', async () => {
  const api = await startStoppingApi()
  const stream = await followByEvents(api)

  await api.server.close()

  await expect(stream.readUntil(/event: complete/)).rejects.toThrow('terminated')
  expect(stream.text()).not.toContain('event: complete')
})

test('B68: over WebSocket, a subscription that ends while the server stops is completed before the socket closes', async () => {
  const api = await startStoppingApi()
  const socket = await followBySocket(api)

  await api.endRun()
  const ended = socket.next()
  await ended
  await api.server.close()

  expect(await ended).toMatchObject({ type: 'next', payload: completed })
  expect(await socket.next()).toEqual({ type: 'complete', id: '1' })
  expect(await socket.closed).toMatchObject({ code: 1001 })
})

test('B68: over server-sent events, a subscription that ends while the server stops is completed', async () => {
  const api = await startStoppingApi()
  const stream = await followByEvents(api)

  await api.endRun()
  await stream.readUntil(/COMPLETED/)
  await api.server.close()

  await stream.readUntil(/event: complete/)
})

test('a query in progress over WebSocket is answered before the server stops', async () => {
  const api = await startStoppingApi()
  const socket = await followBySocket(api)

  socket.send({ type: 'subscribe', id: '2', payload: { query: '{ contacts(first: 1) { totalCount } }' } })
  socket.send({ type: 'ping' })
  expect(await socket.next()).toMatchObject({ type: 'pong' })
  await api.server.close()

  expect(await socket.next()).toMatchObject({
    type: 'next',
    id: '2',
    payload: { data: { contacts: { totalCount: 0 } } },
  })
  expect(await socket.next()).toEqual({ type: 'complete', id: '2' })
  expect(await socket.closed).toMatchObject({ code: 1001 })
})
