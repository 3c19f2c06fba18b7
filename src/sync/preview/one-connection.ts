import type pg from 'pg'

/**
 * A single connection with the interface of a pool, so that code written for a pool works within one session. A caller
 * that takes out the connection for a transaction has it exclusively. Statements of other callers wait, and never
 * become part of that transaction.
 */
export function poolOfOne(client: pg.PoolClient): pg.Pool {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
  const takeOut = () =>
    new Promise<Pick<pg.PoolClient, 'query' | 'release'>>((resolve, reject) => {
      inTurn(
        () =>
          new Promise<void>((release) => {
            resolve({ query: client.query.bind(client), release: () => release() })
          }),
      ).catch(reject)
    })
  return { query: (...args: unknown[]) => inTurn(() => query(...args)), connect: takeOut } as unknown as pg.Pool
}
