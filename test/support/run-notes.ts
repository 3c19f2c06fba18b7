import type { Reporter, Vitest } from 'vitest/node'

/** Prints the seed that replays the run, and which kinds of tests could not run on this machine. */
export class RunNotes implements Reporter {
  readonly #seed: number
  #vitest: Vitest | undefined

  constructor(seed: number) {
    this.#seed = seed
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    this.#tellSeed()
  }

  onTestRunEnd(): void {
    this.#tellSeed()
    if (this.#vitest?.getRootProject().getProvidedContext().redisUrl === null) {
      console.log('NOT RUN: the tests on Redis. Install redis-server or valkey-server, or set REDIS_URL.')
    }
  }

  #tellSeed(): void {
    console.log(`\nProperty tests draw their cases with PROPERTY_SEED=${this.#seed}`)
  }
}
