import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PortalChange } from '../portal/portal-change.ts'
import { mix } from '../seed/mix.ts'
import { type EventFormat, type WebhookEvent, webhookEventsOf } from './webhook-events.ts'

/** How events reach the app, or fail to. */
export interface WebhookSettings {
  /** The URL at which the app receives events; null sends none. */
  targetUrl: string | null
  /** The URL that is signed, if a proxy receives calls to it and forwards them to `targetUrl`. */
  signedUrl: string | null
  format: EventFormat
  /** Maximum number of events per request, at most 100. */
  batchSize: number
  /** How long events are collected before they are sent, in milliseconds. */
  delayMs: number
  /** True if nothing is sent until `flush`. */
  isHeld: boolean
  /** The share (0 to 1) of events that are sent twice. */
  duplicateShare: number
  /** The share (0 to 1) of events that are lost for good. */
  dropShare: number
  /** True if events are sent in a different order from that in which they happened. */
  shuffle: boolean
  /** Delays before the attempts that follow a failed one. HubSpot makes 10 more within 24 hours. */
  retryDelaysMs: readonly number[]
  /** An answer that takes longer counts as no answer. */
  timeoutMs: number
}

export interface WebhookCounts {
  /** Events caused by changes. */
  events: number
  dropped: number
  waiting: number
  /** Requests by the status of their answer; 0 for requests without an answer. */
  requests: Record<number, number>
  /** Events in requests that were answered with 2xx. */
  delivered: number
  /** Events given up after the last attempt. */
  givenUp: number
}

const CONCURRENCY = 10

/** Sends an app the events of all portals that installed it, with HubSpot's signature. */
export class WebhookSender {
  readonly #secret: string
  readonly #appId: number
  readonly #clock: () => number
  readonly #closing = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  #waiting: WebhookEvent[] = []
  #timer: NodeJS.Timeout | undefined
  #draws = 0
  #lastEventId = 3_816_279_000
  #counts: Omit<WebhookCounts, 'waiting'> = { events: 0, dropped: 0, requests: {}, delivered: 0, givenUp: 0 }

  settings: WebhookSettings = {
    targetUrl: null,
    signedUrl: null,
    format: 'contact.*',
    batchSize: 100,
    delayMs: 20,
    isHeld: false,
    duplicateShare: 0,
    dropShare: 0,
    shuffle: false,
    retryDelaysMs: [200, 500, 1000, 2000, 5000],
    timeoutMs: 5000,
  }

  constructor(options: { secret: string; appId: number; clock: () => number }) {
    this.#secret = options.secret
    this.#appId = options.appId
    this.#clock = options.clock
  }

  configure(changes: Partial<WebhookSettings>): void {
    this.settings = { ...this.settings, ...changes }
    if (!this.settings.isHeld) this.#schedule()
  }

  get counts(): WebhookCounts {
    return { ...this.#counts, waiting: this.#waiting.length }
  }

  hear(portalId: number, change: PortalChange): void {
    if (this.settings.targetUrl === null) return
    const sender = {
      portalId,
      appId: this.#appId,
      format: this.settings.format,
      nextEventId: () => ++this.#lastEventId,
    }
    for (const event of webhookEventsOf(change, sender)) {
      this.#counts.events++
      if (this.#draw() < this.settings.dropShare) {
        this.#counts.dropped++
        continue
      }
      this.#waiting.push(event)
      if (this.#draw() < this.settings.duplicateShare) this.#waiting.push(event)
    }
    if (!this.settings.isHeld) this.#schedule()
  }

  /** Sends waiting events. Settles when every request is answered or given up. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const events = this.#waiting
    this.#waiting = []
    if (this.settings.shuffle) this.#shuffle(events)
    const batches: WebhookEvent[][] = []
    for (let at = 0; at < events.length; at += this.settings.batchSize) {
      batches.push(events.slice(at, at + this.settings.batchSize))
    }
    const next = async () => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) await this.#deliver(batch)
    }
    const work = Promise.all(Array.from({ length: CONCURRENCY }, next)).then(() => {})
    this.#underWay.add(work)
    await work.finally(() => this.#underWay.delete(work))
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#closing.abort()
    await Promise.allSettled(this.#underWay)
  }

  #schedule(): void {
    if (this.#waiting.length === 0 || this.#closing.signal.aborted) return
    this.#timer ??= setTimeout(() => void this.flush(), this.settings.delayMs)
  }

  async #deliver(events: readonly WebhookEvent[]): Promise<void> {
    for (let attemptNumber = 0; ; attemptNumber++) {
      const status = await this.#send(events.map((event) => ({ ...event, attemptNumber })))
      this.#counts.requests[status] = (this.#counts.requests[status] ?? 0) + 1
      if (status >= 200 && status <= 299) {
        this.#counts.delivered += events.length
        return
      }
      const waitMs = this.settings.retryDelaysMs[attemptNumber]
      if (waitMs === undefined || this.#closing.signal.aborted) {
        this.#counts.givenUp += events.length
        return
      }
      await sleep(waitMs, undefined, { signal: this.#closing.signal }).catch(() => {})
    }
  }

  async #send(events: readonly unknown[]): Promise<number> {
    const { targetUrl, signedUrl, timeoutMs } = this.settings
    if (targetUrl === null) return 0
    const body = JSON.stringify(events)
    const timestamp = String(this.#clock())
    const signature = signatureV3(this.#secret, { method: 'POST', url: signedUrl ?? targetUrl, body, timestamp })
    try {
      const answer = await fetch(targetUrl, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)',
          'x-hubspot-signature-v3': signature,
          'x-hubspot-request-timestamp': timestamp,
        },
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]),
      })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return 0
    }
  }

  #shuffle(events: WebhookEvent[]): void {
    for (let at = events.length - 1; at > 0; at--) {
      const other = Math.floor(this.#draw() * (at + 1))
      const [a, b] = [events[at], events[other]] as [WebhookEvent, WebhookEvent]
      events[at] = b
      events[other] = a
    }
  }

  #draw(): number {
    return mix(113, this.#draws++, 0) / 2 ** 32
  }
}

/** HubSpot's signature of a request, version 3. */
export const signatureV3 = (
  secret: string,
  { method, url, body, timestamp }: { method: string; url: string; body: string; timestamp: string },
): string => createHmac('sha256', secret).update(`${method}${url}${body}${timestamp}`).digest('base64')
