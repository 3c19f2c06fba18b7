import { expect, test } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { postBody } from '../support/graphql/post.ts'
import { storeCustomField } from '../support/graphql/set-up-mapping.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'

/** An idle API uses half of it. The requested answers are up to a hundred times as large. */
const heapMegabytes = 256
const under = (names: string, field: string) => [...names].map((name) => `${name}: ${field}`).join(' ')
const nineNames = 'abcdefghi'

test('answers that grow too large are stopped within a small heap, and other requests are answered in the meantime', async () => {
  const database = await createTestDatabase()
  const { workspaceId, token } = await createWorkspace(database, {
    name: 'Test',
    plan: 'GROWTH',
    adminEmail: 'ada@example.test',
  })
  for (const key of ['a', 'b', 'c', 'd']) await storeCustomField(database, workspaceId, key, 'STRING')
  await database.pool.query(
    `WITH text AS (SELECT repeat('x', 50000) AS x),
     account AS (INSERT INTO account (id, workspace_id) VALUES (gen_random_uuid(), $1) RETURNING id)
     INSERT INTO contact (id, workspace_id, name, account_id, description, custom_fields)
     SELECT gen_random_uuid(), $1, 'Ada', account.id, x, jsonb_build_object('a', x, 'b', x, 'c', x, 'd', x)
     FROM text, account, generate_series(1, 100)`,
    [workspaceId],
  )
  const environment = await createProcessEnvironment(database)
  const api = await startProcess('serve', { ...environment, NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` })
  cleanUp(() => api.stop())
  const send = (query: string) => postBody(api.url, { query }, { token })
  const asked = {
    names: `{ contacts(first: 100) { nodes { ${under(nineNames, 'description')} } } }`,
    pages: `{ ${under(nineNames, 'contacts(first: 100) { nodes { description } }')} }`,
    nested: `{ accounts(first: 2) { nodes { ${under('abcd', 'contacts(first: 100) { nodes { description } }')} } } }`,
    customFields: `{ ${under('abcd', 'contacts(first: 100) { nodes { customFields { value } } }')} }`,
    suggestions: `{ ${under(nineNames, 'contactSuggestions(query: "Ada", first: 100) { description }')} }`,
  }

  let isOver = false
  let healthy = 0
  const watched = (async () => {
    while (!isOver) {
      const { status } = await fetch(`${api.url}/health/live`)
      if (status === 200) healthy += 1
    }
  })()
  const answers = await Promise.all(Object.values(asked).map(send))
  isOver = true
  await watched
  const allowed = await Promise.all([
    send('{ contacts(first: 100) { nodes { description } } }'),
    send(`{ ${under(nineNames, 'contacts(first: 100) { nodes { name } }')} }`),
  ])

  const tooLarge = expect.objectContaining({ extensions: expect.objectContaining({ code: 'ANSWER_TOO_LARGE' }) })
  expect(answers).toEqual(answers.map(() => expect.objectContaining({ data: null, errors: [tooLarge] })))
  // The process answers other requests while it works on these answers.
  expect(healthy).toBeGreaterThan(answers.length)
  expect(allowed).toEqual(allowed.map(() => expect.objectContaining({ status: 200, errors: [] })))
})
