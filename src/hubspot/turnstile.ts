import { setMaxListeners } from 'node:events'

/**
 * Lets a limited number of callers pass at the same time. Others wait by rank, the lowest first, and in order within a rank.
 */
export class Turnstile {
  #free: number
  readonly #queue: Waiting[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Number of waiting callers that would pass before a newcomer of this rank. */
  ahead(rank: number): number {
    return this.#queue.findLastIndex((other) => other.rank <= rank) + 1
  }

  /** Runs `work` when a place is free. Rejects with the signal's reason if it aborts before that. */
  async pass<T>(rank: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await this.#wait(rank, signal)
    try {
      return await work()
    } finally {
      // The place is handed over directly, so that no newcomer can take it.
      const next = this.#queue.shift()
      if (next === undefined) this.#free++
      else next.enter()
    }
  }

  async #wait(rank: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    // A signal that ends many waits at the same time has many listeners on purpose.
    if (signal) setMaxListeners(0, signal)
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        rank,
        enter: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1)
        reject(signal?.reason)
      }
      this.#queue.splice(this.ahead(rank), 0, waiting)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}

interface Waiting {
  readonly rank: number
  enter(): void
}
