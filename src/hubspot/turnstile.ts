/** Lets a limited number pass at the same time. Others wait in order, urgent ones first. */
export class Turnstile {
  #free: number
  readonly #urgent: (() => void)[] = []
  readonly #others: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Runs `work` when there is a place. Rejects with the signal's reason if it aborts first. */
  async pass<T>(isUrgent: boolean, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await this.#wait(isUrgent ? this.#urgent : this.#others, signal)
    try {
      return await work()
    } finally {
      // The place is handed over directly, so that no newcomer can take it.
      const next = this.#urgent.shift() ?? this.#others.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }

  async #wait(queue: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        queue.splice(queue.indexOf(enter), 1)
        reject(signal?.reason)
      }
      queue.push(enter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}
