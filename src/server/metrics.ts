import type { Registry } from 'prom-client'
import type { Answer } from './answer.ts'

/** What Prometheus scrapes. */
export async function answerMetrics(registry: Registry): Promise<Answer> {
  const headers = { 'content-type': registry.contentType, 'cache-control': 'no-store' }
  return { status: 200, headers, body: await registry.metrics() }
}
