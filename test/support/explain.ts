import type { Queryable } from '../../src/database/database.ts'
import type { TestDatabase } from './test-database.ts'

/** How PostgreSQL executed a statement. */
export interface Plan {
  /** The kinds of its scans. */
  readonly scans: string[]
  /** Rows that were read and discarded, over all of its steps. */
  removed: number
  /** Rows that scans passed to the steps above them. */
  read: number
}

/** Runs statements unchanged, and explains the searching ones with the number of rows that they actually read. */
export function explaining(database: TestDatabase): { readonly queryable: Queryable; readonly plans: Plan[] } {
  const plans: Plan[] = []
  const query = async (statement: string | { text: string; values: unknown[] }, values?: unknown[]) => {
    if (typeof statement === 'string') return database.pool.query(statement, values)
    const text = `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${statement.text}`
    const { rows } = await database.pool.query({ text, values: statement.values })
    const plan: Plan = { scans: [], removed: 0, read: 0 }
    walk(rows[0]['QUERY PLAN'][0].Plan, plan)
    plans.push(plan)
    return database.pool.query(statement)
  }
  return { queryable: { query } as unknown as Queryable, plans }
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

function walk(node: PlanNode, plan: Plan): void {
  const isScan = node['Node Type'].includes('Scan')
  if (isScan) {
    plan.scans.push(node['Node Type'])
    plan.read += node['Actual Rows'] * node['Actual Loops']
  }
  plan.removed += (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  for (const child of node.Plans ?? []) walk(child, plan)
}
