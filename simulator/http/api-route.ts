import type { SimulatedPortal } from '../portal/portal.ts'
import type { Answer } from './answer.ts'
import type { CallBudget } from './call-limits.ts'

export type Query = Readonly<Record<string, string | string[] | undefined>>

export interface ApiCall {
  portal: SimulatedPortal
  params: Readonly<Record<string, string>>
  query: Query
  body: unknown
  /** Epoch ms. */
  now: number
  /** This path at this server, for links to the next page. */
  selfUrl: string
}

/** One endpoint under all the paths by which it is known. */
export interface ApiRoute {
  method: 'GET' | 'POST'
  paths: readonly string[]
  /** Any one of these suffices. */
  scopes: (params: ApiCall['params']) => readonly string[]
  budget?: CallBudget
  handle: (call: ApiCall) => Answer
}

export const DATED_VERSIONS = ['2026-03', '2026-09'] as const
