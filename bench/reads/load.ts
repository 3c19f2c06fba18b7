import { Pool } from 'undici'

/** The client. It has a process of its own, so that its CPU is not counted as that of a server. */

export interface Load {
  readonly origin: string
  readonly path: string
  readonly token: string
  /** Sent one after another, in a loop. */
  readonly bodies: readonly string[]
  readonly connections: number
  readonly seconds: number
}

export interface Answers {
  readonly count: number
  readonly seconds: number
}

process.on('message', (load: Load) => {
  send(load).then(
    (answers) => process.send?.(answers),
    (error) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.once('disconnect', () => process.exit())
process.send?.('ready')

async function send({ origin, path, token, bodies, connections, seconds }: Load): Promise<Answers> {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' }
  const began = performance.now()
  const endsAt = began + seconds * 1_000
  let count = 0
  const ask = async () => {
    while (performance.now() < endsAt) {
      const { statusCode, body } = await pool.request({
        path,
        method: 'POST',
        headers,
        body: bodies[count++ % bodies.length],
      })
      const text = await body.text()
      if (statusCode !== 200 || text.startsWith('{"errors"')) throw new Error(`${statusCode} ${text.slice(0, 500)}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, ask))
  const took = (performance.now() - began) / 1_000
  await pool.close()
  return { count, seconds: took }
}
