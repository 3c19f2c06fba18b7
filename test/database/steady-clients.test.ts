import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const src = new URL('../../src/', import.meta.url)
/** The files that open connections, each with `steadyConnection`. */
const homes = ['database/steady-connection.ts', 'database/database.ts', 'broker/postgres-broker.ts']

it('I8: every connection to PostgreSQL has a listener for its loss', async () => {
  const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const makers = await Promise.all(
    files.map(async (name) => {
      const text = await readFile(new URL(name, src), 'utf8')
      const isMaker = /new (pg\.)?(Client|Pool)\(/.test(text) && /from 'pg'/.test(text)
      const isSteady = !isMaker || /new pg\.Pool\(\{ \.\.\.(steady\b|steadyConnection\(|connection\b)/.test(text)
      return { name, isMaker, isSteady }
    }),
  )

  expect(makers.filter(({ isMaker, name }) => isMaker && !homes.includes(name))).toEqual([])
  expect(makers.filter(({ isSteady }) => !isSteady)).toEqual([])
})
