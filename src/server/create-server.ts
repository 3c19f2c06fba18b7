import { once, setMaxListeners } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import { authenticateAll } from '../auth/authenticate.ts'
import { exportsPath, openExportLinks } from '../exports/export-links.ts'
import { callbackPath } from '../hubspot/gateway.ts'
import { openApiMetrics } from '../metrics/api-metrics.ts'
import { openPickers } from '../schema/support/pickers.ts'
import { openSharedReads } from '../schema/support/shared-reads.ts'
import { openAdmission } from './admit-request.ts'
import { type Answer, jsonAnswer, sendAnswer } from './answer.ts'
import { openKnownQueries } from './answer-known-query.ts'
import { defaultApiOptions } from './api-options.ts'
import { openExports } from './export.ts'
import { answerGraphiQL, asksForPage } from './graphiql.ts'
import { graphqlPath, openYoga } from './graphql-over-http.ts'
import { serveWebSockets } from './graphql-over-websocket.ts'
import { answerDraining, answerLive, answerReady } from './health.ts'
import { openKnownDocuments } from './known-documents.ts'
import type { ConnectionBounds } from './limits/connection-bounds.ts'
import { openGuards } from './limits/guards.ts'
import { maskError } from './mask-error.ts'
import { answerOAuthCallback } from './oauth-callback.ts'
import { targetOf } from './request-target.ts'
import type { ServerContext } from './server-context.ts'
import { SessionWatch } from './session-watch.ts'
import { answerWebhook, webhookPath } from './webhook.ts'

export interface ApiServer {
  /** Resolves when the server accepts requests. Port 0 picks a free port. */
  listen(port: number, host?: string): Promise<{ port: number; url: string }>
  /**
   * From now on, reports that it is not ready, and closes each connection after its next response. It goes on answering.
   */
  drain(): void
  /**
   * Stops accepting requests and interrupts subscriptions, so that their clients reconnect elsewhere. Resolves when every
   * other request is answered, or after 5 seconds. Further calls return the same promise.
   */
  close(): Promise<void>
}

const closeWithinMs = 5_000
/**
 * Longer than load balancers keep an idle connection (up to 600 s), so that they never send a request on a connection that
 * this server is about to close.
 */
const keepAliveMs = 620_000

type Route = (url: URL, request: IncomingMessage) => Answer | Promise<Answer>

/** The API over HTTP and WebSocket. docs/api.md lists its endpoints. */
export function createServer(context: ServerContext): ApiServer {
  let isDraining = false
  const closing = new AbortController()
  // Each open subscription adds a listener and removes it when it ends, so a large number of listeners is not a leak.
  setMaxListeners(0, closing.signal)
  const { database, sync, connection } = context
  const exportLinks = openExportLinks(connection.encryption, context.webhooks.publicUrl, sync.now)
  const services = {
    database,
    sync,
    connection,
    reads: openSharedReads(database),
    pickers: openPickers(sync),
    exports: exportLinks,
    closing: closing.signal,
  }
  const options = { ...defaultApiOptions, ...context.options }
  const metrics = openApiMetrics(context.metrics ?? new Registry())
  const guards = openGuards(context, options, metrics)
  const sessions = new SessionWatch({
    reopen: (credentials) => authenticateAll({ database, verifyJwt: options.verifyJwt }, credentials),
    everyMs: options.recheckSessionsMs,
    log: context.log,
  })
  const known = openKnownDocuments()
  const admit = openAdmission({ database, verifyJwt: options.verifyJwt }, guards, closing.signal)
  const yoga = openYoga(context, services, { ...options, metrics, sessions }, { guards, admit, known })
  const mask = maskError(context.log, options)
  const answerKnownQuery = openKnownQueries(options, { yoga, known, admit, rates: guards.rates, mask })
  const answerExport = openExports(context, exportLinks, options.recheckSessionsMs)
  const routes: Readonly<Record<string, Route>> = {
    // Links in emails lead here if no front end is served at PUBLIC_URL.
    'GET /': () => ({ status: 302, headers: { location: graphqlPath }, body: '' }),
    'GET /health/live': answerLive,
    'GET /health/ready': () => (isDraining ? answerDraining() : answerReady(context)),
    [`GET ${callbackPath}`]: (url) => answerOAuthCallback(context, url.searchParams),
    [`POST ${webhookPath}`]: (_url, request) => answerWebhook(context, request),
  }

  const hasGraphiQL = options.introspection && !options.persistedDocuments.only

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const url = targetOf(request)
    if (url === null) {
      const error = 'The URL or the Host header of the request is not valid.'
      sendAnswer(response, jsonAnswer(400, { error }))
      return
    }
    if (url.pathname === graphqlPath) {
      if (hasGraphiQL && asksForPage(request)) {
        sendAnswer(response, await answerGraphiQL(request))
        return
      }
      const plainRequest = plain(request, url)
      const forYoga = options.answerKnownQueries ? await answerKnownQuery(plainRequest, response) : {}
      if (forYoga !== null) await yoga(plainRequest, response, forYoga)
      return
    }
    if (request.method === 'GET' && url.pathname.startsWith(exportsPath)) {
      await answerExport(url.pathname, response)
      return
    }
    const route = routes[`${request.method} ${url.pathname}`]
    sendAnswer(response, route === undefined ? jsonAnswer(404, { error: 'Not found.' }) : await route(url, request))
  }
  const server = createHttpServer(timesOf(options.bounds), (request, response) => {
    if (isDraining) response.setHeader('connection', 'close')
    respond(request, response).catch((error) => {
      if (request.destroyed && !request.complete) {
        context.log.debug({ url: request.url }, 'a client disconnected before it had sent its whole request')
        return
      }
      context.log.error({ err: error }, 'a request failed unexpectedly')
      if (response.headersSent) response.destroy()
      else sendAnswer(response, jsonAnswer(500, { error: 'Something went wrong on our side.' }))
    })
  })
  server.maxConnections = options.bounds.connections
  const sockets = serveWebSockets(server, context, yoga, { ...options, metrics, sessions }, guards, closing.signal)

  let closed: Promise<void> | undefined
  const close = async () => {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), closeWithinMs)
    await quietMoment()
    const ended = endOf(server, deadline.signal)
    closing.abort()
    await sockets.close(deadline.signal)
    await ended
    guards.rates.close()
    clearTimeout(timer)
  }

  return {
    listen: async (port, host) => {
      server.listen(port, host)
      await once(server, 'listening')
      const { port: taken } = server.address() as AddressInfo
      return { port: taken, url: `http://${host ?? 'localhost'}:${taken}` }
    },
    drain: () => {
      isDraining = true
    },
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

/** Turns of the event loop in which something happens take longer. */
const quietMs = 0.5
/** If the process is that busy, waiting longer would not help. */
const quietWithinMs = 2_000

/**
 * Resolves right after a turn of the event loop in which nothing happened. Connections that wait for this process to accept
 * them are reset when it stops listening. Right after such a turn, there are hardly any.
 */
async function quietMoment(): Promise<void> {
  for (const until = performance.now() + quietWithinMs; performance.now() < until; ) {
    const before = performance.now()
    await new Promise((resolve) => setImmediate(resolve))
    if (performance.now() - before < quietMs) return
  }
}

/** A request that arrives too slowly is answered with 408, and its connection is closed. */
function timesOf({ headersMs, requestMs, checkEveryMs }: ConnectionBounds): ServerOptions {
  return {
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkEveryMs,
  }
}

/** Prepares the request for GraphQL over HTTP: a URL without a host, and media types in lower case. */
function plain(request: IncomingMessage, url: URL): IncomingMessage {
  request.url = url.pathname + url.search
  for (const name of ['accept', 'content-type'] as const) {
    const value = request.headers[name]
    if (value !== undefined) request.headers[name] = value.toLowerCase()
  }
  return request
}

/**
 * Resolves when the last response is sent, or at the deadline. Closes idle connections and, at the deadline, connections
 * whose clients do not read, since they would delay the end.
 */
async function endOf(server: Server, deadline: AbortSignal): Promise<void> {
  const ended = once(server, 'close')
  server.close()
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const cut = () => server.closeAllConnections()
  deadline.addEventListener('abort', cut, { once: true })
  await ended
  clearInterval(idle)
  deadline.removeEventListener('abort', cut)
}
