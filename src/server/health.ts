import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, jsonAnswer } from './answer.ts'
import type { ServerContext } from './server-context.ts'

const answerWithinMs = 2_000

/** Shows that the process responds, so an orchestrator need not restart it. */
export function answerLive(): Answer {
  return jsonAnswer(200, { status: 'live' })
}

/** Load balancers send no further requests to a process that is about to stop. */
export function answerDraining(): Answer {
  return jsonAnswer(503, { status: 'draining' })
}

/**
 * Returns 200 if every dependency responds within two seconds, and otherwise 503, so that load balancers send no requests
 * here.
 */
export async function answerReady({ dependencies, log }: ServerContext): Promise<Answer> {
  const checks = await Promise.all(
    Object.entries(dependencies).map(async ([name, check]) => {
      const error = await failureOf(check)
      if (error !== null) log.warn({ err: error, dependency: name }, 'not ready')
      return [name, error === null ? 'ready' : 'not ready'] as const
    }),
  )
  const isReady = checks.every(([, state]) => state === 'ready')
  return jsonAnswer(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', ...Object.fromEntries(checks) })
}

async function failureOf(check: () => Promise<unknown>): Promise<unknown> {
  const waiting = new AbortController()
  const tooLate = sleep(answerWithinMs, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(`no answer within ${answerWithinMs} ms`)
  })
  try {
    await Promise.race([check(), tooLate])
    return null
  } catch (error) {
    return error
  } finally {
    tooLate.catch(() => {})
    waiting.abort()
  }
}
