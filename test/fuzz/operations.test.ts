import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import type { GraphQLFailure } from '../support/graphql/post.ts'
import type { Dice } from './dice.ts'
import { generateOperation, type Operation } from './generate-operation.ts'
import { startInhabitedApi } from './inhabited-api.ts'
import { runCases, timeoutMs } from './run-cases.ts'

const { api, inhabitantsOf } = await startInhabitedApi()

/** Failures that mutations return as data. As errors, they would hide what the operation wrote before. */
const asData = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) => /Code ([A-Z_]+)\.$/.exec(type.description ?? '')?.[1] ?? []),
)
// No answer takes this long, even on a slow machine.
const hangsAfterMs = 300_000

test('B20: every generated operation is answered, and none fails unexpectedly', { timeout: timeoutMs }, async () => {
  expect(asData).toContain('INVALID_INPUT')
  const tally = { answered: 0, refused: 0 }

  const ran = await runCases(800, async (dice, index) => {
    const { senders, known } = await inhabitantsOf(index)
    const operation = generateOperation(schema, dice, known)
    const answer = await send(operation, senders, dice)
    if (answer.status === 200) tally.answered += 1
    else tally.refused += 1
    const fault = faultOf(operation, answer)
    return (
      fault && `${fault}\n${JSON.stringify(operation.variables)}\n${operation.query}\n${answer.text.slice(0, 2_000)}`
    )
  })

  expect(tally.answered + tally.refused).toBe(ran)
  // A run in which every operation is rejected would show nothing.
  if (ran > 100) expect(tally.answered).toBeGreaterThan(ran / 10)
})

interface Answer {
  readonly status: number
  readonly text: string
}

async function send(
  { query, variables }: Operation,
  senders: Awaited<ReturnType<typeof inhabitantsOf>>['senders'],
  dice: Dice,
): Promise<Answer> {
  const who = dice.pick(['admin', 'admin', 'admin', 'member', 'member', 'stranger', 'nobody'] as const)
  const token = senders[who]
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: dice.pick(['application/json', 'application/graphql-response+json']),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(hangsAfterMs),
  })
  return { status: response.status, text: await response.text() }
}

function faultOf({ kind }: Operation, { status, text }: Answer): string | null {
  if (status >= 500) return `status ${status}`
  let errors: readonly GraphQLFailure[]
  try {
    errors = (JSON.parse(text) as { errors?: GraphQLFailure[] }).errors ?? []
  } catch {
    return 'the answer is not JSON'
  }
  for (const { extensions, path, message } of errors) {
    if (extensions?.code === undefined || extensions.code === 'INTERNAL') return `an error without a type: ${message}`
    if (kind === 'mutation' && path?.length === 1 && asData.has(extensions.code)) return 'a failure that is not data'
  }
  return null
}
