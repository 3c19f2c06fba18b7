import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { defaultConnectionBounds } from '../../src/server/limits/connection-bounds.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startServerBeside } from '../support/graphql/start-server-beside.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { waitFor } from '../support/wait-for.ts'

const lines: { level: number; msg: string }[] = []
const log = pino(
  { level: 'debug' },
  new Writable({
    write: (line, _encoding, done) => {
      lines.push(JSON.parse(String(line)))
      done()
    },
  }),
)
const bounds = { ...defaultConnectionBounds, headersMs: 300, requestMs: 600, checkEveryMs: 50 }
const api = await startTestApi({ log, options: { bounds } })
const { token, workspaceId } = await api.createWorkspace()

/** Opens a connection, collects the response, and reports when the server closes it. */
async function openConnection(url = api.url) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  cleanUp(() => socket.destroy())
  let text = ''
  socket.on('data', (bytes) => {
    text += String(bytes)
  })
  socket.on('error', () => {})
  const ended = once(socket, 'close')
  await once(socket, 'connect')
  return { socket, ended, text: () => text }
}

/** Writes one byte at a time until the connection is closed. */
function drip(socket: Socket, byte: string): void {
  const timer = setInterval(() => socket.write(byte), 20)
  socket.on('close', () => clearInterval(timer))
}

const post = (path: string, length: number) =>
  [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${length}`,
    '',
    '',
  ].join('\r\n')

test.for<[what: string, begin: string, rest: string | null]>([
  ['sends nothing', '', null],
  ['sends half of its headers', 'POST /graphql HTTP/1.1\r\nhost: localhost\r\n', null],
  ['sends its headers byte by byte', 'POST /graphql HTTP/1.1\r\nx: ', 'x'],
  ['sends the body of an operation byte by byte', `${post('/graphql', 100_000)}{`, ' '],
  ['sends the body of a webhook byte by byte', `${post('/webhooks/hubspot', 100_000)}[`, ' '],
])('a connection that %s is closed with 408, and nothing is logged', async ([_what, begin, rest]) => {
  const { socket, ended, text } = await openConnection()
  lines.splice(0)

  socket.write(begin)
  if (rest !== null) drip(socket, rest)
  await ended
  // Once the server answers another request, it has handled the end of this one.
  await fetch(`${api.url}/health/live`)

  expect(text()).toMatch(/^HTTP\/1\.1 408 /)
  expect(lines.filter(({ level }) => level >= 40)).toEqual([])
})

test('an event stream may last longer than a request', async () => {
  await storeRun(api.database, workspaceId)
  const body = JSON.stringify({ query: 'subscription { syncProgress { status } }' })
  const { socket, ended, text } = await openConnection()

  socket.write(post('/graphql', body.length).replace('\r\n\r\n', '\r\naccept: text/event-stream\r\n\r\n') + body)
  await waitFor(() => text().includes('QUEUED'))
  // The server has closed connections that were opened later.
  const slow = await openConnection()
  await slow.ended
  const slower = await openConnection()
  await slower.ended

  expect(await Promise.race([ended.then(() => 'ended'), Promise.resolve('open')])).toBe('open')
})

test('a process accepts no more connections than its limit', async () => {
  const url = await startServerBeside(api, { options: { bounds: { ...defaultConnectionBounds, connections: 2 } } })
  const first = await openConnection(url)
  await openConnection(url)

  const third = await openConnection(url)
  await third.ended

  first.socket.destroy()
  await waitFor(async () => (await fetch(`${url}/health/live`)).status === 200)
})
