import pg from 'pg'
import { expect, it } from 'vitest'
import { cleanUp } from '../support/clean-up.ts'
import { postBody } from '../support/graphql/post.ts'
import { storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const startSync = `mutation { startSync { __typename ... on StartSyncPayload { syncRun { id } } ... on UserError { code message } } }`

interface Answer {
  readonly startSync: {
    readonly __typename: string
    readonly syncRun?: { readonly id: string }
    readonly code?: string
  }
}

it('B11: six simultaneous starts in each of 30 workspaces all return the run or "try again", even if nothing can be written for long', async () => {
  // given: workspaces ready to start, whose rows somebody has locked
  const api = await startTestApi()
  const workspaces = await Promise.all(Array.from({ length: 30 }, () => api.createWorkspace()))
  for (const { workspaceId } of workspaces) {
    await storeMappings(api.database, workspaceId, 'CONTACT', [
      ['firstname', 'FIRST_NAME'],
      ['email', 'EMAIL'],
    ])
  }
  await api.database.pool.query(
    `UPDATE sync_settings SET contacts_enabled = true, contact_source = 'FROM_LIST', list_id = '42'`,
  )
  const gate = new pg.Client({ connectionString: api.database.url })
  gate.on('error', () => {})
  await gate.connect()
  cleanUp(() => gate.end())
  await gate.query('BEGIN')
  await gate.query('SELECT FROM workspace FOR UPDATE')

  // when: the lock is held until somebody has been answered
  const calls = workspaces.flatMap(({ workspaceId, token }) =>
    Array.from({ length: 6 }, async () => {
      const { data, errors } = await postBody<Answer>(api.url, { query: startSync }, { token })
      return { workspaceId, ...data?.startSync, errors: errors.map(({ extensions }) => extensions?.code) }
    }),
  )
  await Promise.race(calls)
  await gate.query('COMMIT')
  const answers = await Promise.all(calls)

  // then
  const kinds = new Set(answers.map(({ __typename, code, errors }) => [__typename, code, ...errors].join(' ')))
  expect([...kinds].sort()).toEqual(['BusyError BUSY', 'StartSyncPayload '])
  for (const { workspaceId } of workspaces) {
    const ids = answers.flatMap((answer) =>
      answer.workspaceId === workspaceId && answer.syncRun ? [answer.syncRun.id] : [],
    )
    expect(new Set(ids).size).toBeLessThanOrEqual(1)
  }
}, 120_000)
