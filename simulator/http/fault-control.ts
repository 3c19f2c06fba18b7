import { mix } from '../seed/mix.ts'

export const FAULT_KINDS = [
  'expired-token',
  'revoked-token',
  'missing-scopes',
  'locked',
  'rate-limit',
  'daily-limit',
  'migration',
  'server-error',
  'bad-gateway-html',
  'bad-gateway-bare',
  'uri-too-long-bare',
  'gateway-timeout',
  'reset',
  'reset-mid-body',
  'slow',
  'malformed-body',
  'wrong-shape',
  'down',
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

/** What goes wrong, and for which calls. */
export interface FaultRule {
  kind: FaultKind
  /** Only the next `count` matching calls. Default: all of them. */
  count?: number
  /** The share (0 to 1) of matching calls, chosen by a seeded draw. */
  rate?: number
  /** Only URLs that contain this text. */
  path?: string
  method?: string
  hubId?: number
  /** For `slow`: how long the answer takes, in milliseconds (default 30,000). */
  delayMs?: number
  /** For `migration` (default 2), and sent with `rate-limit` if set: whole seconds. */
  retryAfterSeconds?: number
}

export interface ActiveFault extends FaultRule {
  id: number
  /** Number of calls that it has hit. */
  hits: number
}

/** The active faults. The first one that matches a call hits it. */
export class FaultControl {
  #active: ActiveFault[] = []
  #nextId = 1
  #draws = 0

  add(rule: FaultRule): number {
    const id = this.#nextId++
    this.#active.push({ ...rule, id, hits: 0 })
    return id
  }

  remove(id: number): void {
    this.#active = this.#active.filter((fault) => fault.id !== id)
  }

  clear(): void {
    this.#active = []
  }

  list(): readonly ActiveFault[] {
    return this.#active
  }

  /** The fault that hits this call, if any; counts the hit. */
  match(method: string, url: string, hubId: () => number | undefined): ActiveFault | undefined {
    if (this.#active.length === 0) return undefined
    const fault = this.#active.find(
      (rule) =>
        (rule.method === undefined || rule.method === method) &&
        (rule.path === undefined || url.includes(rule.path)) &&
        (rule.hubId === undefined || rule.hubId === hubId()) &&
        (rule.rate === undefined || this.#draw() < rule.rate),
    )
    if (!fault) return undefined
    fault.hits++
    if (fault.count !== undefined && fault.hits >= fault.count) this.remove(fault.id)
    return fault
  }

  #draw(): number {
    return mix(97, this.#draws++, 0) / 2 ** 32
  }
}
