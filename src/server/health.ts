import { setTimeout as sleep } from 'node:timers/promises'
import { UnusableServiceError } from '../config/unusable-service-error.ts'
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
 * here. If a dependency responds but cannot be used, `problems` says why and what to do.
 */
export async function answerReady({ dependencies, log }: ServerContext): Promise<Answer> {
  const checks = await Promise.all(
    Object.entries(dependencies).map(async ([name, check]) => ({ name, error: await failureOf(check) })),
  )
  const failed = checks.filter(({ error }) => error !== null)
  for (const { name, error } of failed) log.warn({ err: error, dependency: name }, 'not ready')
  const problems = failed.flatMap(({ name, error }) =>
    error instanceof UnusableServiceError ? [[name, error.message] as const] : [],
  )
  const state = (isReady: boolean) => (isReady ? 'ready' : 'not ready')
  return jsonAnswer(failed.length === 0 ? 200 : 503, {
    status: state(failed.length === 0),
    ...Object.fromEntries(checks.map(({ name, error }) => [name, state(error === null)])),
    ...(problems.length > 0 && { problems: Object.fromEntries(problems) }),
  })
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
