import { expect, test } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'

test('while PostgreSQL is unavailable, a new socket is closed with 1013, and an open socket stays open although its operations fail', async () => {
  const database = await createTestDatabase()
  const line = await createCuttableLine(database.url)
  const { token } = await createWorkspace(database, { name: 'Test', plan: 'GROWTH', adminEmail: 'ada@example.test' })
  const env = await createProcessEnvironment(database)
  const api = await startProcess('serve', { ...env, DATABASE_URL: line.url })
  cleanUp(() => api.stop())
  const init = { type: 'connection_init', payload: { authorization: `Bearer ${token}` } }
  const ask = (id: string) => ({ type: 'subscribe', id, payload: { query: '{ viewer { role } }' } })
  const open = await openRawSocket(api.url)
  open.send(init)
  expect(await open.next()).toMatchObject({ type: 'connection_ack' })

  line.cut()
  const late = await openRawSocket(api.url)
  late.send(init)
  open.send(ask('1'))

  expect(await late.closed).toMatchObject({ code: 1013 })
  expect(await open.next()).toMatchObject({
    type: 'error',
    id: '1',
    payload: [{ extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 5 } }],
  })
  line.restore()
  open.send(ask('2'))
  expect(await open.next()).toMatchObject({ type: 'next', id: '2' })
}, 300_000)
