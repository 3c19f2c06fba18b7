import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createServer } from '../../src/server/create-server.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

test('the process reports that it is alive and that database and broker answer', async () => {
  const api = await startTestApi()

  const live = await fetch(`${api.url}/health/live`)
  const ready = await fetch(`${api.url}/health/ready`)
  const elsewhere = await fetch(`${api.url}/elsewhere`)

  expect(live.status).toBe(200)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({ status: 'ready', database: 'ready', broker: 'ready' })
  expect(elsewhere.status).toBe(404)
})

test('while one of them is unavailable, the process is alive and not ready', async () => {
  const api = await startTestApi()
  const { database, sync, connection, webhooks } = api
  const dependencies = {
    database: () => database.pool.query('SELECT'),
    broker: async () => {
      throw new Error('away')
    },
  }
  const server = createServer({ database, sync, connection, webhooks, dependencies, log: pino({ level: 'silent' }) })
  cleanUp(() => server.close())
  const { url } = await server.listen(0, '127.0.0.1')

  const live = await fetch(`${url}/health/live`)
  const ready = await fetch(`${url}/health/ready`)

  expect(live.status).toBe(200)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({ status: 'not ready', database: 'ready', broker: 'not ready' })
})
