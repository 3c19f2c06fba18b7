import fc from 'fast-check'
import { execute } from 'graphql'
import { expect, test } from 'vitest'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { runs } from '../support/runs.ts'
import { openGeneratedReads } from './generated-reads.ts'

const { operation, argsOf } = await openGeneratedReads(await startTestApi())

test('B2, B3: one statement reads of contacts and accounts what Prisma reads, whatever is selected', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(operation, async (text) => {
      const fast = JSON.stringify(await execute(argsOf(text)))
      const plain = JSON.stringify(await execute(argsOf(text, { plainReads: true })))

      expect(fast).toBe(plain)
      expect(fast).not.toContain('"errors"')
    }),
    { numRuns: runs(150, 5_000) },
  )
})
