import { collectDefaultMetrics, Registry } from 'prom-client'

/** What is counted of the process itself: memory, processor time, event loop. Once per process. */
export function openProcessRegistry(name: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ process: name })
  collectDefaultMetrics({ register: registry })
  return registry
}
