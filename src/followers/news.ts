import { pause, WakeUp } from '../broker/wake-up.ts'

/** Announcements may be lost, so followers also look at this interval. */
const lookAgainMs = 5_000

/**
 * Decides when to look: after an announcement, and every five seconds. All followers within a workspace look at the same
 * moments, so those at the same place share one read.
 */
export class News {
  readonly #wakeUp: WakeUp
  readonly #offsetMs: number
  readonly #minIntervalMs: number
  #lookedAt = Number.NEGATIVE_INFINITY

  /** `minIntervalMs` is the minimum time between two looks. Changes in between are found by the later one. */
  constructor(announced: AsyncIterable<unknown>, workspaceId: string, minIntervalMs: number) {
    this.#wakeUp = new WakeUp(announced)
    // Spreads the workspaces over the interval, since ids end in random digits.
    this.#offsetMs = Number.parseInt(workspaceId.slice(-6), 16) % lookAgainMs
    this.#minIntervalMs = minIntervalMs
  }

  /** To be called when a look starts. */
  looking(): void {
    this.#lookedAt = performance.now()
  }

  stir(): void {
    this.#wakeUp.wake()
  }

  /** Resolves when the next look is due, and immediately when `until` aborts. */
  async next(until: AbortSignal): Promise<void> {
    const early = this.#lookedAt + this.#minIntervalMs - performance.now()
    if (early > 0) await pause(early, until)
    await this.#wakeUp.wait(lookAgainMs - ((Date.now() + this.#offsetMs) % lookAgainMs), until)
  }
}
