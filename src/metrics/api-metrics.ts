import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export type OperationKind = 'query' | 'mutation' | 'subscription'

/** `refused`: the caller can act on it. `failed`: the log has its story. */
export type Outcome = 'ok' | 'refused' | 'failed'

export interface ApiMetrics {
  readonly registry: Registry
  operationEnded(kind: OperationKind, outcome: Outcome, seconds: number): void
  subscriptionOpened(): void
  subscriptionEnded(): void
  socketOpened(): void
  socketClosed(): void
  /** A request or operation was refused since too few points are left. */
  rateLimited(by: 'token' | 'workspace'): void
}

/** What an API process counts. Labels have few values, so that the number of series stays small. */
export function openApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry]
  const operations = new Counter({
    name: 'graphql_operations_total',
    help: 'GraphQL operations answered, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'graphql_operation_seconds',
    help: 'Seconds from the beginning of an execution to its result.',
    labelNames: ['kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const subscriptions = new Gauge({
    name: 'graphql_subscriptions',
    help: 'Subscriptions under way in this process.',
    registers,
  })
  const sockets = new Gauge({
    name: 'graphql_websockets',
    help: 'WebSockets open in this process.',
    registers,
  })
  const rateLimited = new Counter({
    name: 'graphql_rate_limited_total',
    help: 'Requests and operations refused by a rate limit, by the limit that had too few points left.',
    labelNames: ['limit'],
    registers,
  })
  return {
    registry,
    operationEnded: (kind, outcome, seconds) => {
      operations.inc({ kind, outcome })
      durations.observe({ kind }, seconds)
    },
    subscriptionOpened: () => subscriptions.inc(),
    subscriptionEnded: () => subscriptions.dec(),
    socketOpened: () => sockets.inc(),
    socketClosed: () => sockets.dec(),
    rateLimited: (limit) => rateLimited.inc({ limit }),
  }
}
