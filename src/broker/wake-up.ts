import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Treats announcements as hints to check again. Any number of announcements while nobody waits results in one wake-up, so a
 * slow reader costs no memory.
 */
export class WakeUp {
  #isHeard = false
  #wake = () => {}

  /** `isRelevant` tells which announcements matter. Null means that something may have been missed and always matters. */
  constructor(announced: AsyncIterable<unknown>, isRelevant: (payload: unknown) => boolean = () => true) {
    void this.#listen(announced, isRelevant)
  }

  /**
   * Resolves at the next announcement, after `ms`, or when `until` aborts. Resolves immediately if an announcement
   * arrived in the meantime.
   */
  async wait(ms: number, until: AbortSignal): Promise<void> {
    if (!this.#isHeard && !until.aborted) await this.#announcementOrEnd(ms, until)
    this.#isHeard = false
  }

  /** Ends the current wait, or else the next one. */
  wake(): void {
    this.#isHeard = true
    this.#wake()
  }

  // Not with AbortSignal.any: `until` would keep a trace of every wait while its follower stays.
  #announcementOrEnd(ms: number, until: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stop = () => {
        clearTimeout(timer)
        until.removeEventListener('abort', stop)
        this.#wake = () => {}
        resolve()
      }
      const timer = setTimeout(stop, ms)
      until.addEventListener('abort', stop)
      this.#wake = stop
    })
  }

  async #listen(announced: AsyncIterable<unknown>, isRelevant: (payload: unknown) => boolean): Promise<void> {
    for await (const payload of announced) {
      if (payload !== null && !isRelevant(payload)) continue
      this.wake()
    }
  }
}

/** Sleeps for `ms`, or until `until` aborts. */
export async function pause(ms: number, until: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: until }).catch(() => {})
}
