import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { freePort } from '../../embedded/server-process.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

/**
 * A load balancer in front of these ports: it keeps connections open, sends each request to the next server whose
 * `GET /health/ready` says so, and repeats nothing.
 */
async function startBalancer(ports: readonly number[]) {
  const servers = ports.map((port) => ({ port, isReady: false, open: 0 }))
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  const stopping = new AbortController()
  const look = async () => {
    while (!stopping.signal.aborted) {
      for (const server of servers) {
        server.isReady = await fetch(`http://127.0.0.1:${server.port}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        )
      }
      await sleep(20)
    }
  }
  const looking = look()
  const balancer = createServer((incoming, answer) => {
    const ready = servers.filter(({ isReady }) => isReady)
    const server = ready[turn++ % ready.length]
    if (server === undefined) return void answer.writeHead(503).end()
    server.open++
    answer.once('close', () => server.open--)
    const { method, url: path, headers } = incoming
    const forwarded = request({ port: server.port, host: '127.0.0.1', method, path, headers, agent })
    forwarded.on('response', (response: IncomingMessage) => {
      answer.writeHead(response.statusCode ?? 502, { 'content-type': 'application/json' })
      response.pipe(answer)
    })
    forwarded.on('error', () => answer.writeHead(502).end())
    incoming.pipe(forwarded)
  })
  balancer.listen(0, '127.0.0.1')
  await once(balancer, 'listening')
  cleanUp(async () => {
    stopping.abort()
    await looking
    balancer.closeAllConnections()
    balancer.close()
    agent.destroy()
  })
  return { url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`, servers }
}

it('a rolling restart of two API processes behind a load balancer fails no request', async () => {
  // given
  const sync = await createTestSync({ simulator: await startTestSimulator({ portals: [{ contacts: 0 }] }) })
  const env = { ...(await createProcessEnvironment(sync.database)), SHUTDOWN_DELAY: '300' }
  const start = async (port: number) => {
    const api = await startProcess('serve', { ...env, PORT: String(port) })
    cleanUp(() => api.stop('SIGKILL'))
    return api
  }
  const ports = [await freePort(), await freePort()]
  const apis = await Promise.all(ports.map(start))
  const { url, servers } = await startBalancer(ports)
  await waitFor(() => servers.every(({ isReady }) => isReady))
  const statuses: number[] = []
  let isOver = false
  const ask = async () => {
    while (!isOver) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${sync.token}` },
        body: '{"query":"{ viewer { id } }"}',
      })
      await response.text()
      statuses.push(response.status)
    }
  }
  const asking = Promise.all([1, 2, 3, 4].map(ask))

  // when
  for (const [index, api] of apis.entries()) {
    const [port, server] = [ports[index], servers[index]]
    if (port === undefined || server === undefined) throw new Error('There are as many servers as processes.')
    process.kill(api.pid, 'SIGTERM')
    await waitFor(() => !server.isReady && server.open === 0)
    // As if the delay were over now.
    await api.stop('SIGINT')
    await start(port)
    const before = statuses.length
    await waitFor(() => server.isReady && statuses.length > before + 20)
  }
  isOver = true
  await asking

  // then
  expect(statuses.length).toBeGreaterThan(40)
  expect(new Set(statuses)).toEqual(new Set([200]))
})
