import { connect } from 'node:net'
import { expect, test } from 'vitest'
import type { Dice } from './dice.ts'
import { generateRequest } from './generate-request.ts'
import { startInhabitedApi } from './inhabited-api.ts'
import { runCases, timeoutMs } from './run-cases.ts'

const { api, inhabitantsOf } = await startInhabitedApi()
const port = Number(new URL(api.url).port)
const hangsAfterMs = 300_000
const checkEvery = 500

/** Text that an answer must not contain. */
const secrets = /\n\s+at .+:\d+:\d+|node_modules|\.ts:\d+|"INTERNAL"/

test('B20: every malformed request is answered or cut off, and none is answered with 500', {
  timeout: timeoutMs,
}, async () => {
  const statuses = new Map<number, number>()

  const ran = await runCases(2_000, async (dice: Dice, index) => {
    const { senders } = await inhabitantsOf(index)
    const request = generateRequest(dice, senders.admin)
    const answer = await exchange(request)
    const shown = `${JSON.stringify(request.toString('latin1')).slice(0, 3_000)}\n${answer.slice(0, 2_000)}`
    for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
      statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1)
      if (Number(status) >= 500) return `status ${status}\n${shown}`
    }
    // Except for GraphiQL's page, which contains nine megabytes of its package's text.
    if (!/^etag: /m.test(answer) && secrets.test(answer)) return `the answer shows what is inside\n${shown}`
    if (index % checkEvery === 0 && !(await isWell(senders.admin))) return `the API is unwell after\n${shown}`
    return null
  })

  expect(await isWell((await inhabitantsOf(ran)).senders.admin)).toBe(true)
  // A run with only one kind of answer would show little.
  if (ran > 100) expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 404, 415]))
})

/** Sends only these bytes. Returns everything that arrives until the server closes the connection. */
function exchange(request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const hang = setTimeout(() => socket.destroy(new Error('the server neither answered nor hung up')), hangsAfterMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => socket.end())
    // The server may reset the connection after a malformed request.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === undefined) reject(error)
    })
    socket.on('close', () => {
      clearTimeout(hang)
      resolve(Buffer.concat(chunks).toString('latin1'))
    })
    socket.end(request)
  })
}

async function isWell(token: string): Promise<boolean> {
  const live = await fetch(`${api.url}/health/live`)
  const answer = await fetch(`${api.url}/graphql?query={viewer{role}}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  })
  return live.status === 200 && answer.status === 200
}
