import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** Plain SQL on the product's tables. A statement is repeated while PostgreSQL is unavailable. */
export interface SteadyStore {
  query<R extends object = Record<string, unknown>>(statement: string, values?: readonly unknown[]): Promise<R[]>
  close(): Promise<void>
}

const patienceMs = 120_000
/** Errors in the statement itself. A repetition would fail again. */
const isOfStatement = (code: string) => ['22', '23', '42', '0A'].some((kind) => code.startsWith(kind))

export function openSteadyStore(url: string): SteadyStore {
  const pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'judge', connectionTimeoutMillis: 5_000 })
  pool.on('error', () => {})
  return {
    query: async <R extends object>(statement: string, values: readonly unknown[] = []) => {
      for (const deadline = performance.now() + patienceMs; ; await sleep(100)) {
        try {
          return (await pool.query<R>(statement, [...values])).rows
        } catch (error) {
          const { code = '' } = error as { code?: string }
          if (isOfStatement(code) || performance.now() > deadline) throw error
        }
      }
    },
    close: () => pool.end(),
  }
}
