import type { SimulatedPortal } from '../portal/portal.ts'
import type { Answer } from './answer.ts'
import type { CallBudget } from './call-limits.ts'

export type Query = Readonly<Record<string, string | string[] | undefined>>

export interface ApiCall {
  portal: SimulatedPortal
  params: Readonly<Record<string, string>>
  query: Query
  body: unknown
  /** Epoch milliseconds. */
  now: number
  /** This path on this server, for links to the next page. */
  selfUrl: string
}

/** One endpoint under all of its paths. */
export interface ApiRoute {
  method: 'GET' | 'POST'
  paths: readonly string[]
  /** Any one of these is sufficient. */
  scopes: (params: ApiCall['params']) => readonly string[]
  budget?: CallBudget
  handle: (call: ApiCall) => Answer
}

export const DATED_VERSIONS = ['2026-03', '2026-09'] as const
