import pg from 'pg'
import { cleanUp } from './clean-up.ts'

/**
 * Counts the statements that this process sends to PostgreSQL while `work` runs, except those in transactions. Counts of rates
 * are saved now and then, in PostgreSQL if there is no Redis, and belong to no operation.
 */
export async function countStatements(work: () => Promise<unknown>): Promise<string[]> {
  const { query } = pg.Client.prototype
  const texts: string[] = []
  const restore = () => {
    pg.Client.prototype.query = query
  }
  cleanUp(restore)
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [statement] = args
    const text = typeof statement === 'string' ? statement : (statement as { text?: string }).text
    if (text !== undefined && !/^(BEGIN|COMMIT|ROLLBACK)|\brate_window\b/.test(text)) texts.push(text)
    return (query as (...args: unknown[]) => unknown).apply(this, args)
  } as typeof query
  try {
    await work()
  } finally {
    restore()
  }
  return texts
}
