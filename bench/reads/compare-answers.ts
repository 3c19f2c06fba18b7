import { isDeepStrictEqual } from 'node:util'
import { queryNames, type Variants } from './queries.ts'
import type { Server } from './servers.ts'

/** Number of variants of each query whose answers are compared. */
const compared = 20

/** Throws unless all servers return the same values. */
export async function compareAnswers(servers: readonly Server[], variants: Variants, token: string): Promise<void> {
  const [first, ...others] = servers
  if (first === undefined) return
  for (const query of queryNames) {
    for (const asked of variants[query].slice(0, compared)) {
      const ask = async (server: Server) => {
        const response = await fetch(server.origin + server.path, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: server.bodyOf(query, asked),
        })
        return server.normalise(query, await response.json())
      }
      const expected = await ask(first)
      if (expected.length === 0) throw new Error(`${query} ${JSON.stringify(asked)} has an empty answer`)
      for (const server of others) {
        const answered = await ask(server)
        if (isDeepStrictEqual(answered, expected)) continue
        const at = expected.findIndex((contact, index) => !isDeepStrictEqual(contact, answered[index]))
        throw new Error(`${query} ${JSON.stringify(asked)}: ${server.name} and ${first.name} differ.
${server.name}: ${answered.length} contacts, the first that differs: ${JSON.stringify(answered[at])}
${first.name}: ${expected.length} contacts, ${JSON.stringify(expected[at])}`)
      }
    }
  }
}
