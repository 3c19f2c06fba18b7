import { pino } from 'pino'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const CountContacts = graphql(`query CountContacts { viewer { role } contacts(first: 1) { totalCount } }`)

test('the error about an unexpected failure contains only an id that leads to its log entry', async () => {
  const lines: { correlationId?: string; err?: { message: string } }[] = []
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(JSON.parse(line)) })
  const api = await startTestApi({ log })
  const { token } = await api.createWorkspace()
  await api.database.pool.query('ALTER TABLE contact RENAME TO contact_away')

  const { data, errors } = await api.post(CountContacts, {}, { token })

  const [failure] = errors
  expect(data).toBeNull()
  expect(errors).toHaveLength(1)
  expect(failure).toMatchObject({ path: ['contacts'], extensions: { code: 'INTERNAL' } })
  expect(JSON.stringify(errors)).not.toMatch(/prisma|contact_away|does not exist|\.ts/i)
  const correlationId = failure?.extensions?.correlationId
  expect(failure?.message).toContain(correlationId)
  expect(lines.find((line) => line.correlationId === correlationId)?.err?.message).toContain('contact')
})
