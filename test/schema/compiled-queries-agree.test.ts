import fc from 'fast-check'
import { execute } from 'graphql'
import { expect, test } from 'vitest'
import { executeCompiled } from '../../src/server/compiled/execute-compiled.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { runs } from '../support/runs.ts'
import { openGeneratedReads } from './generated-reads.ts'

const { operation, argsOf } = await openGeneratedReads(await startTestApi())

test('B2, B3: a compiled query has the answer of the interpreter, byte for byte', { timeout: 600_000 }, async () => {
  const counts = { all: 0, compiled: 0 }
  await fc.assert(
    fc.asyncProperty(operation, fc.boolean(), fc.boolean(), async (text, yes, no) => {
      const args = { ...argsOf(text), variableValues: { yes, no } }
      // Only documents that come again are compiled.
      expect(await executeCompiled(args, 10_000_000)).toBe('NOT_COMPILED')

      const compiled = await executeCompiled({ ...args, contextValue: argsOf(text).contextValue }, 10_000_000)

      const interpreted = await execute({ ...argsOf(text), variableValues: { yes, no } })
      // Selections through `nodes` are of an interface, which only the interpreter executes.
      if (!text.includes('nodes(ids')) {
        counts.all += 1
        counts.compiled += compiled === 'NOT_COMPILED' ? 0 : 1
      }
      if (compiled !== 'NOT_COMPILED') expect(JSON.stringify(compiled)).toBe(JSON.stringify(interpreted))
    }),
    { numRuns: runs(150, 5_000) },
  )
  expect(counts.compiled).toBe(counts.all)
})
