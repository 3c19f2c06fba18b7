import { expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startProcess } from '../../embedded/processes.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { subscribe } from '../support/graphql/subscribe.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'

const RunWhileAway = graphql(`subscription RunWhileAway { syncProgress { status } }`)

/** An API whose database has become unavailable, and a socket that was open before. */
async function givenAnUnavailableDatabase() {
  const database = await createTestDatabase()
  const line = await createCuttableLine(database.url)
  const { workspaceId, token } = await createWorkspace(database, {
    name: 'Test',
    plan: 'GROWTH',
    adminEmail: 'ada@example.test',
  })
  await storeRun(database, workspaceId, { status: 'RUNNING' })
  const env = await createProcessEnvironment(database)
  const api = await startProcess('serve', { ...env, DATABASE_URL: line.url })
  cleanUp(() => api.stop())
  const socket = await openRawSocket(api.url)
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
  await socket.next()
  line.cut()
  const follow = () => socket.send({ type: 'subscribe', id: 'live', payload: { query: RunWhileAway.toString() } })
  const query = () =>
    fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    })
  return { api, line, socket, follow, query, token }
}

it('B68: a subscription that begins while PostgreSQL is unavailable waits, and then reports the current state', async () => {
  const { api, line, socket, follow, query, token } = await givenAnUnavailableDatabase()

  // when: clients subscribe, and a query tells that the database is unavailable
  follow()
  const stream = subscribe('server-sent events', api.url, RunWhileAway, {}, { token }).next()
  const { status, headers } = await query()
  line.restore()

  // then
  expect([status, headers.get('retry-after')]).toEqual([503, '5'])
  const running = { data: { syncProgress: { status: 'RUNNING' } } }
  expect(await socket.next()).toEqual({ type: 'next', id: 'live', payload: running })
  expect(await stream).toEqual({ done: false, value: running })
}, 300_000)

it('B68: if the API stops while a subscription waits, the client is told to reconnect, and of no error', async () => {
  const { api, socket, follow, query, token } = await givenAnUnavailableDatabase()
  follow()
  const stream = subscribe('server-sent events', api.url, RunWhileAway, {}, { token }).next()
  const interrupted = expect(stream).rejects.toThrow()
  await query()

  const { code } = await api.stop()

  expect(code).toBe(0)
  await interrupted
  expect(await socket.closed).toMatchObject({ code: 1001 })
  await expect(Promise.race([socket.next(), Promise.resolve('nothing')])).resolves.toBe('nothing')
}, 300_000)
