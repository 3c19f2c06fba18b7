import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, pino } from 'pino'
import { BrokerUnreachableError } from './broker/broker-unreachable-error.ts'
import { ConfigurationError, type Environment, loadEnvironment } from './config/environment.ts'
import { UnusableServiceError } from './config/unusable-service-error.ts'
import { letHeapGrow } from './small-heap.ts'

/** Orchestrators give a process about 30 seconds to end. Work that is unfinished by then is taken up elsewhere. */
const stopWithinMs = 15_000

export interface RunningProcess {
  /** Details for the log line that says that it is ready. */
  readonly about: Readonly<Record<string, unknown>>
  /** How a SIGTERM begins. A SIGINT, which a person sends with Ctrl-C, omits or ends this. */
  readonly drain?: {
    /** Tells proxies that the process is about to stop. It goes on serving. */
    begin(): void
    /** How long proxies have to notice. */
    readonly forMs: number
  }
  /** Resolves when nothing of the process is in progress any more. */
  stop(): Promise<void>
}

/**
 * Runs a process from start to end: starts it, drains and stops it on SIGTERM or SIGINT, and exits by force if stopping
 * takes too long. A start that fails prints the reason and exits with code 1.
 */
export async function runProcess(
  name: string,
  start: (environment: Environment, log: Logger) => Promise<RunningProcess>,
): Promise<void> {
  try {
    const environment = loadEnvironment()
    const log = pino({ name, level: environment.logLevel })
    const running = await start(environment, log)
    letHeapGrow()
    const hurry = new AbortController()
    let isEnding = false
    const end = async (signal: NodeJS.Signals) => {
      const { drain } = running
      if (drain !== undefined && drain.forMs > 0 && !hurry.signal.aborted) {
        log.info({ signal, forMs: drain.forMs }, `${name} draining`)
        drain.begin()
        await sleep(drain.forMs, undefined, { signal: hurry.signal }).catch(() => {})
      }
      log.info({ signal }, `${name} stopping`)
      setTimeout(() => {
        log.error(`${name} did not end within ${stopWithinMs} ms`)
        process.exit(1)
      }, stopWithinMs).unref()
      await running.stop()
      log.info(`${name} stopped`)
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (signal === 'SIGINT') hurry.abort()
        // Ctrl-C under npm arrives more than once.
        if (isEnding) return
        isEnding = true
        void end(signal)
      })
    }
    // Logged last, because whoever reads it may send a signal immediately.
    log.info(running.about, `${name} ready`)
  } catch (error) {
    console.error(explainsItself(error) ? error.message : error)
    process.exit(1)
  }
}

/** True if the message says what to do. Its stack would only distract from that. */
function explainsItself(error: unknown): error is Error {
  return [ConfigurationError, UnusableServiceError, BrokerUnreachableError].some((kind) => error instanceof kind)
}
