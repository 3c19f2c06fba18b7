import { fileURLToPath } from 'node:url'
import type { Guardian } from '../../../embedded/guardian.ts'
import { type Exit, type ManagedProcess, startProcess } from '../../../embedded/processes.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A process of the product that ended although nobody had ended it. */
export interface UnaskedExit {
  readonly name: string
  readonly exit: Exit
  readonly lastLines: readonly string[]
}

export interface WatchedOptions {
  readonly name: string
  readonly environment: Environment
  readonly guardian: Guardian
  /** Called if the process ends although nobody ended it. */
  readonly onUnaskedExit: (exit: UnaskedExit) => void
}

const shiftClock = fileURLToPath(new URL('shift-clock.mjs', import.meta.url))

/** An API or a worker, in a process of its own. */
export class WatchedProcess {
  readonly name: string
  readonly #process: ManagedProcess
  #isEnding = false
  #hasEnded = false

  private constructor(process: ManagedProcess, { name, onUnaskedExit }: WatchedOptions) {
    this.name = name
    this.#process = process
    void process.exited.then((exit) => {
      this.#hasEnded = true
      if (!this.#isEnding) onUnaskedExit({ name, exit, lastLines: process.lastLines().slice(-40) })
    })
  }

  /** Resolves when it is ready. */
  static async start(kind: 'serve' | 'work', options: WatchedOptions): Promise<WatchedProcess> {
    const environment = { ...options.environment, PGAPPNAME: options.name }
    const given = { guardian: options.guardian }
    const process = await (kind === 'work'
      ? startProcess('work', environment, given)
      : startProcess('serve', environment, given))
    return new WatchedProcess(process, options)
  }

  get pid(): number {
    return this.#process.pid
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  lastLines(): readonly string[] {
    return this.#process.lastLines()
  }

  /** Ends the process, and resolves when it has ended. */
  async end(signal: NodeJS.Signals): Promise<Exit> {
    this.#isEnding = true
    // A stopped process receives no other signal.
    if (signal !== 'SIGKILL' && !this.#hasEnded) this.resume()
    return this.#process.stop(signal)
  }

  /** Stops the process, as when a machine is suspended. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  resume(): void {
    if (!this.#hasEnded) process.kill(this.pid, 'SIGCONT')
  }
}

/** Environment that shifts a process's clock by this many milliseconds. */
export function shiftedClock(byMs: number): Environment {
  return { NODE_OPTIONS: `--import=${shiftClock}`, SHIFT_CLOCK_MS: String(byMs) }
}
