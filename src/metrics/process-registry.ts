import { collectDefaultMetrics, Registry } from 'prom-client'

/** Metrics of the process itself: memory, CPU time, event loop. To be opened once per process. */
export function openProcessRegistry(name: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ process: name })
  collectDefaultMetrics({ register: registry })
  return registry
}
