import { pause, WakeUp } from '../broker/wake-up.ts'

/** Announcements may be lost; every so often a follower looks by itself. */
const lookAgainMs = 5_000

/**
 * Says when to look: after an announcement, and every five seconds. All who follow something of the same workspace look
 * at the same moments, so that those at the same place share one read.
 */
export class News {
  readonly #wakeUp: WakeUp
  readonly #offsetMs: number
  readonly #minIntervalMs: number
  #lookedAt = Number.NEGATIVE_INFINITY

  /** `minIntervalMs` lies between two looks; what happens in between is in the next one. */
  constructor(announced: AsyncIterable<unknown>, workspaceId: string, minIntervalMs: number) {
    this.#wakeUp = new WakeUp(announced)
    // Workspaces take turns; ids end in random digits.
    this.#offsetMs = Number.parseInt(workspaceId.slice(-6), 16) % lookAgainMs
    this.#minIntervalMs = minIntervalMs
  }

  /** Call it when a look begins. */
  looking(): void {
    this.#lookedAt = performance.now()
  }

  stir(): void {
    this.#wakeUp.wake()
  }

  /** Resolves when it is time for the next look, and at once when `until` aborts. */
  async next(until: AbortSignal): Promise<void> {
    const early = this.#lookedAt + this.#minIntervalMs - performance.now()
    if (early > 0) await pause(early, until)
    await this.#wakeUp.wait(lookAgainMs - ((Date.now() + this.#offsetMs) % lookAgainMs), until)
  }
}
