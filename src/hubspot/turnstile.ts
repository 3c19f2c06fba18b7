/** Lets so many pass at once; those who wait behind it do so in order, the urgent ones before the others. */
export class Turnstile {
  #free: number
  readonly #urgent: (() => void)[] = []
  readonly #others: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Runs `work` when there is a place. Rejects with the signal's reason if it aborts before. */
  async pass<T>(isUrgent: boolean, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await this.#wait(isUrgent ? this.#urgent : this.#others, signal)
    try {
      return await work()
    } finally {
      // The place goes from hand to hand, so that nobody new can slip in.
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
