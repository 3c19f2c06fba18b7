import { expect, test } from 'vitest'
import { startServerBeside } from '../support/graphql/start-server-beside.ts'
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

test('while one of them is unavailable, the process is alive but not ready', async () => {
  const api = await startTestApi()
  const dependencies = {
    database: () => api.database.pool.query('SELECT'),
    broker: async () => {
      throw new Error('away')
    },
  }
  const url = await startServerBeside(api, { dependencies })

  const live = await fetch(`${url}/health/live`)
  const ready = await fetch(`${url}/health/ready`)

  expect(live.status).toBe(200)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({ status: 'not ready', database: 'ready', broker: 'not ready' })
})
