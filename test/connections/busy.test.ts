import pg from 'pg'
import { expect, it } from 'vitest'
import { cleanUp } from '../support/clean-up.ts'
import { postBody } from '../support/graphql/post.ts'
import { storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const mutations = [
  `createContact(input: { name: "Ada" })`,
  `createAccount(input: { name: "Acme" })`,
  `pauseSync`,
  `previewSync(clientMutationId: "once")`,
]

it('I2: a change that waits for another one fails after 10 seconds with BusyError, and writes nothing', async () => {
  // given: somebody who holds everything that a change can wait for
  const api = await startTestApi()
  const { workspaceId, token } = await api.createWorkspace()
  await storeMappings(api.database, workspaceId, 'CONTACT', [['email', 'EMAIL']])
  await api.database.pool.query(
    `UPDATE sync_settings SET contacts_enabled = true, contact_source = 'FROM_LIST', list_id = '42'`,
  )
  const gate = new pg.Client({ connectionString: api.database.url })
  gate.on('error', () => {})
  await gate.connect()
  cleanUp(() => gate.end())
  await gate.query('BEGIN')
  for (const lock of ['contacts', 'accounts'])
    await gate.query(`SELECT pg_advisory_xact_lock(hashtextextended('${lock}:' || $1, 0))`, [workspaceId])
  await gate.query('SELECT FROM workspace FOR UPDATE')
  await gate.query('SELECT FROM sync_settings FOR UPDATE')

  // when
  const answers = await Promise.all(
    mutations.map(async (mutation) => {
      const query = `mutation { answer: ${mutation} { __typename ... on UserError { code message } } }`
      const { data, errors } = await postBody<{ answer: object }>(api.url, { query }, { token })
      return { mutation, answer: data?.answer, errors: errors.map(({ message }) => message) }
    }),
  )

  // then
  const busy = {
    __typename: 'BusyError',
    code: 'BUSY',
    message: 'Another change to this workspace is still being written. Try again in a few seconds.',
  }
  expect(answers).toEqual(mutations.map((mutation) => ({ mutation, answer: busy, errors: [] })))
  await gate.query('ROLLBACK')
  expect(await api.database.prisma.contact.count()).toBe(0)
  expect(await api.database.prisma.syncRun.count()).toBe(0)
}, 120_000)
