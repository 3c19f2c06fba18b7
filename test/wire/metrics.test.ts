import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { serveMetrics } from '../../src/metrics/serve-metrics.ts'
import { openWorkerMetrics } from '../../src/metrics/worker-metrics.ts'
import { countRunsUnderWay } from '../../src/sync/runs/count-runs.ts'
import { cleanUp } from '../support/clean-up.ts'
import { postBody } from '../support/graphql/post.ts'
import { openRawSocket } from '../support/graphql/raw-socket.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'
import { waitFor } from '../support/wait-for.ts'

const EveryRun = graphql(`subscription EveryRun { syncProgress { status } }`)

/** The value of a metric by its name and labels, as Prometheus reads it. Null if it is not exposed. */
function sampleOf(text: string, series: string): number | null {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

/** Starts an API as its process does. Returns the URL of its metrics. */
async function startMeasuredApi() {
  const registry = new Registry()
  const api = await startTestApi({ metrics: registry })
  const server = await serveMetrics(registry, 0, pino({ level: 'silent' }))
  cleanUp(() => server.close())
  return { api, metrics: `http://127.0.0.1:${server.port}/metrics` }
}

test('an API exposes the number, outcomes, and durations of its operations', async () => {
  const { api, metrics } = await startMeasuredApi()
  const { token } = await api.createWorkspace()

  await postBody(api.url, { query: '{ viewer { role } }' }, { token })
  await postBody(api.url, { query: '{ contacts(first: 101) { totalCount } }' }, { token })
  await postBody(api.url, { query: 'mutation { startSync { __typename } }' }, { token })
  const answer = await fetch(metrics)
  const text = await answer.text()

  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  expect(sampleOf(text, 'graphql_operations_total{kind="query",outcome="ok"}')).toBe(1)
  expect(sampleOf(text, 'graphql_operations_total{kind="query",outcome="refused"}')).toBe(1)
  expect(sampleOf(text, 'graphql_operations_total{kind="mutation",outcome="ok"}')).toBe(1)
  expect(sampleOf(text, 'graphql_operation_seconds_count{kind="query"}')).toBe(2)
})

test('an API exposes the number of open sockets and of requests that exceeded a rate limit', async () => {
  const registry = new Registry()
  const api = await startTestApi({
    metrics: registry,
    options: { rates: { perToken: 1, perWorkspace: 10, windowSeconds: 3_600 } },
  })
  const { token } = await api.createWorkspace()

  const socket = await openRawSocket(api.url)
  for (let asked = 0; asked < 3; asked++) await postBody(api.url, { query: '{ viewer { role } }' }, { token })

  const text = await registry.metrics()
  expect(sampleOf(text, 'graphql_websockets')).toBe(1)
  expect(sampleOf(text, 'graphql_rate_limited_total{limit="token"}')).toBe(2)
  socket.close()
  await waitFor(async () => sampleOf(await registry.metrics(), 'graphql_websockets') === 0)
})

test.for(transports)('an API exposes the number of open subscriptions over %s', async (transport) => {
  const { api, metrics } = await startMeasuredApi()
  const { token, workspaceId } = await api.createWorkspace()
  const run = await storeRun(api.database, workspaceId)
  const underWay = async () => sampleOf(await (await fetch(metrics)).text(), 'graphql_subscriptions')

  const stream = subscribe(transport, api.url, EveryRun, {}, { token })
  const present = stream.next()
  await waitFor(async () => (await underWay()) === 1)
  await api.sync.announcements.publish('run-progressed', workspaceId, { runId: run.id })
  await present
  await stream.return?.()

  await waitFor(async () => (await underWay()) === 0)
})

test('the public port of an API does not expose metrics', async () => {
  const { api } = await startMeasuredApi()

  expect((await fetch(`${api.url}/metrics`)).status).toBe(404)
})

test('a worker exposes its jobs and the runs that have not ended', async () => {
  const api = await startTestApi()
  const { workspaceId } = await api.createWorkspace()
  await storeRun(api.database, workspaceId, { status: 'RUNNING' })
  const metrics = openWorkerMetrics(new Registry(), { runsByStatus: () => countRunsUnderWay(api.database) })
  const server = await serveMetrics(metrics.registry, 0, pino({ level: 'silent' }))
  cleanUp(() => server.close())

  await metrics.measureJob('tick', async () => {})
  await metrics.measureJob('tick', () => Promise.reject(new Error('no'))).catch(() => {})
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()

  expect(sampleOf(text, 'sync_jobs_total{job="tick",outcome="ok"}')).toBe(1)
  expect(sampleOf(text, 'sync_jobs_total{job="tick",outcome="failed"}')).toBe(1)
  expect(sampleOf(text, 'sync_job_seconds_count{job="tick"}')).toBe(2)
  expect(sampleOf(text, 'sync_runs{status="RUNNING"}')).toBe(1)
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404)
})
