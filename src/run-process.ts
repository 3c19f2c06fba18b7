import { type Logger, pino } from 'pino'
import { ConfigurationError, type Environment, loadEnvironment } from './config/environment.ts'
import { letHeapGrow } from './small-heap.ts'

/** Orchestrators give a process about 30 seconds to end. Work that is unfinished by then is taken up elsewhere. */
const stopWithinMs = 20_000

export interface RunningProcess {
  /** Details for the log line that says that it is ready. */
  readonly about: Readonly<Record<string, unknown>>
  /** Resolves when nothing of the process is in progress any more. */
  stop(): Promise<void>
}

/**
 * Runs a process from start to end: starts it, stops it on SIGTERM or SIGINT, and exits by force if that takes too
 * long. A start that fails prints the reason and exits with code 1.
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
    let isStopping = false
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        // Ctrl-C under npm arrives more than once.
        if (isStopping) return
        isStopping = true
        log.info({ signal }, `${name} stopping`)
        setTimeout(() => {
          log.error(`${name} did not end within ${stopWithinMs} ms`)
          process.exit(1)
        }, stopWithinMs).unref()
        void running.stop().then(() => log.info(`${name} stopped`))
      })
    }
    // Logged last, because whoever reads it may send a signal immediately.
    log.info(running.about, `${name} ready`)
  } catch (error) {
    console.error(error instanceof ConfigurationError ? error.message : error)
    process.exit(1)
  }
}
