import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { graphql } from '../../client/generated/index.ts'
import { startProcess } from '../../embedded/processes.ts'
import { encodePosition } from '../../src/contacts/change-position.ts'
import { presentPosition } from '../../src/contacts/read-changes.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { storeContact } from '../support/graphql/stored-rows.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'

const Unread = graphql(`
  subscription Unread($after: String) { contactChanged(after: $after) { contact { description } } }
`)

/** More than the sockets on both sides can buffer, so the server cannot send everything. */
const [changes, bytesOfEach] = [200, 200_000]

/** Reads the first part, and nothing after that. */
async function stopReading(socket: Socket): Promise<void> {
  socket.on('error', () => {})
  cleanUp(() => socket.destroy())
  await once(socket, 'data')
  socket.pause()
}

test('followers that do not read cannot prevent the API from stopping', async () => {
  const database = await createTestDatabase()
  const { workspaceId, token } = await createWorkspace(database, {
    name: 'Test',
    plan: 'GROWTH',
    adminEmail: 'ada@example.test',
  })
  await storeContact(database, workspaceId)
  const after = encodePosition(await presentPosition(database.pool, workspaceId))
  await database.pool.query(
    `INSERT INTO contact (id, workspace_id, description)
     SELECT gen_random_uuid(), $1, repeat('x', $3) FROM generate_series(1, $2::int)`,
    [workspaceId, changes, bytesOfEach],
  )
  const api = await startProcess('serve', await createProcessEnvironment(database))
  cleanUp(() => api.stop())
  const operation = { query: Unread.toString(), variables: { after } }

  const stream = connect(Number(new URL(api.url).port), '127.0.0.1')
  const body = JSON.stringify(operation)
  stream.write(
    [
      'POST /graphql HTTP/1.1',
      'host: localhost',
      `authorization: Bearer ${token}`,
      'content-type: application/json',
      'accept: text/event-stream',
      `content-length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  )
  await stopReading(stream)
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  socket.on('error', () => {})
  cleanUp(() => socket.terminate())
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
  await once(socket, 'message')
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: operation }))
  await once(socket, 'message')
  socket.pause()

  // A process that does not end by itself is ended by force, with code 1.
  expect(await api.stop('SIGTERM')).toEqual({ code: 0, signal: null })
}, 300_000)
