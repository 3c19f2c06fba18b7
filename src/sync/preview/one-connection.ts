import type pg from 'pg'

/**
 * One connection with the face of a pool, so that code written for a pool works within one session. Who takes the
 * connection out, for a transaction, has it alone; statements of others wait, and never end up in that transaction.
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
