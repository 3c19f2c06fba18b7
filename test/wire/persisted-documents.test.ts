import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPersistedDocuments } from '../../src/server/persisted-documents.ts'
import { cleanUp } from '../support/clean-up.ts'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

const query = 'query Role { viewer { role } }'
const id = createHash('sha256').update(query).digest('hex')
const byHash = { extensions: { persistedQuery: { version: 1, sha256Hash: id } } }
const answer = { viewer: { role: 'WORKSPACE_ADMIN' } }

/** Starts an API with the document in a file, as a client's build writes it. */
async function startApi({ only }: { only: boolean }) {
  const folder = await mkdtemp(join(tmpdir(), 'documents-'))
  cleanUp(() => rm(folder, { recursive: true }))
  const file = join(folder, 'persisted-documents.json')
  await writeFile(file, JSON.stringify({ [id]: query }))
  const api = await startTestApi({
    options: { persistedDocuments: openPersistedDocuments({ persistedDocuments: file, onlyPersistedDocuments: only }) },
  })
  return { api, workspace: await api.createWorkspace() }
}

test('a client can send the id of a document instead of the document, by POST and by GET', async () => {
  const { api, workspace } = await startApi({ only: false })

  const named = await postBody(api.url, { documentId: id }, workspace)
  const hashed = await postBody(api.url, byHash, workspace)
  const whole = await postBody(api.url, { query }, workspace)
  const got = await fetch(`${api.url}/graphql?documentId=${id}`, {
    headers: { authorization: `Bearer ${workspace.token}` },
  })

  expect(named.data).toEqual(answer)
  expect(hashed.data).toEqual(answer)
  expect(whole.data).toEqual(answer)
  expect(await got.json()).toMatchObject({ data: answer })
})

test('an unknown id is rejected', async () => {
  const { api, workspace } = await startApi({ only: false })

  const { status, errors } = await postBody(api.url, { documentId: 'unknown' }, workspace)

  expect(status).toBe(400)
  expect(errors).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }])
})

test('if the operator allows only persisted documents, all other documents are rejected', async () => {
  const { api, workspace } = await startApi({ only: true })

  const named = await postBody(api.url, { documentId: id }, workspace)
  const whole = await postBody(api.url, { query }, workspace)
  const both = await postBody(api.url, { query: '{ viewer { user { email } } }', ...byHash }, workspace)

  expect(named.data).toEqual(answer)
  for (const { status, data, errors } of [whole, both]) {
    expect(status).toBe(400)
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_ONLY' } }])
  }
})

test('the API does not start if the file is not a JSON object of documents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'documents-'))
  cleanUp(() => rm(folder, { recursive: true }))
  const file = join(folder, 'documents.json')
  await writeFile(file, '["a"]')

  expect(() => openPersistedDocuments({ persistedDocuments: file, onlyPersistedDocuments: true })).toThrow(file)
})
