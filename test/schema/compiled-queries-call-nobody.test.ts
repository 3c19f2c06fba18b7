import { expect, test } from 'vitest'
import { executeCompiled } from '../../src/server/compiled/execute-compiled.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { openGeneratedReads } from './generated-reads.ts'

const { argsOf } = await openGeneratedReads(await startTestApi())

/** A compiled query that fails is executed again by the interpreter, which would call HubSpot twice. */
test.for([
  '{ hubspotLists { totalCount } }',
  '{ hubspotProperties(objectType: CONTACT) { name } }',
  '{ syncSettings { list { name } } }',
  '{ syncSettings { listProblem { code } } }',
  '{ syncSettings { mappings { problem } } }',
  '{ explainSync(externalId: "1") { __typename } }',
])('a query that may call HubSpot is not compiled: %s', async (text) => {
  const args = argsOf(text)
  await executeCompiled(args, 1_000_000)

  expect(await executeCompiled(args, 1_000_000)).toBe('NOT_COMPILED')
})

test('a query of the store alone is compiled', async () => {
  const args = argsOf('{ syncSettings { version mappings { property } } }')
  await executeCompiled(args, 1_000_000)

  expect(await executeCompiled(args, 1_000_000)).toHaveProperty('data')
})
