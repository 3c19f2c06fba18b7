import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export type OperationKind = 'query' | 'mutation' | 'subscription'

/** `refused`: the caller can fix it. `failed`: the log has the details. */
export type Outcome = 'ok' | 'refused' | 'failed'

export interface ApiMetrics {
  readonly registry: Registry
  operationEnded(kind: OperationKind, outcome: Outcome, seconds: number): void
  subscriptionOpened(): void
  subscriptionEnded(): void
  socketOpened(): void
  socketClosed(): void
  /** Counts a request or an operation that a rate limit rejected. */
  rateLimited(by: 'token' | 'workspace'): void
}

/** Metrics of an API process. Labels have few values, so that the number of series stays small. */
export function openApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry]
  const operations = new Counter({
    name: 'graphql_operations_total',
    help: 'GraphQL operations that were answered, by type and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'graphql_operation_seconds',
    help: 'Seconds from the start of an execution to its result.',
    labelNames: ['kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const subscriptions = new Gauge({
    name: 'graphql_subscriptions',
    help: 'Open subscriptions in this process.',
    registers,
  })
  const sockets = new Gauge({
    name: 'graphql_websockets',
    help: 'WebSockets open in this process.',
    registers,
  })
  const rateLimited = new Counter({
    name: 'graphql_rate_limited_total',
    help: 'Requests and operations that a rate limit refused, by limit.',
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
