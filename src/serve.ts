import './small-heap.ts'
import { openJwtVerifier } from './auth/json-web-token.ts'
import { openProcessRegistry } from './metrics/process-registry.ts'
import { serveMetrics } from './metrics/serve-metrics.ts'
import { openServices } from './open-services.ts'
import { runProcess } from './run-process.ts'
import { defaultApiOptions } from './server/api-options.ts'
import { createServer } from './server/create-server.ts'
import { defaultLimits, longestResult } from './server/limits/operation-limits.ts'
import { openPersistedDocuments } from './server/persisted-documents.ts'

await runProcess('api', async (environment, log) => {
  const { database, broker, connection, sync, checks, close } = await openServices(environment, log, {
    connections: 10,
    resultCharacters: longestResult(defaultLimits),
  })
  const { publicUrl, hubspot } = environment
  const webhooks = { database, clientSecret: hubspot.clientSecret, publicUrl, now: sync.now }
  const options = {
    verifyJwt: openJwtVerifier(environment.auth),
    corsOrigins: environment.api.corsOrigins,
    introspection: environment.api.introspection,
    persistedDocuments: openPersistedDocuments(environment.api),
    rates: { ...defaultApiOptions.rates, ...environment.api.rates },
    bounds: { ...defaultApiOptions.bounds, ...environment.api.bounds },
    trustedProxies: environment.api.trustedProxies,
  }
  const metrics = openProcessRegistry('api')
  const { rateWindows } = broker
  const server = createServer({
    database,
    sync,
    connection,
    webhooks,
    rateWindows,
    dependencies: checks,
    log,
    metrics,
    options,
  })
  const { metricsPort } = environment
  const shown = metricsPort === null ? null : await serveMetrics(metrics, metricsPort, log)
  const { url } = await server.listen(environment.port)
  return {
    about: { url, publicUrl: environment.publicUrl, metricsPort: shown?.port },
    drain: { begin: server.drain, forMs: environment.shutdownDelayMs },
    stop: async () => {
      // Requests in progress may still need the services.
      await server.close()
      await shown?.close()
      await close()
    },
  }
})
