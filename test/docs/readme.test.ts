import { readFile } from 'node:fs/promises'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeContact, storeRun } from '../support/graphql/stored-rows.ts'
import { startTestSimulator } from '../support/test-sync.ts'

test('B2: the README opens with a query and the answer that it gets', async () => {
  // given the contact of the README
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, query = '', answer = ''] = /```graphql\n(.*?)```\s*```json\n(.*?)```/s.exec(readme) ?? []
  const api = await startTestApi({ simulator: await startTestSimulator({ portals: [{ contacts: 0 }] }) })
  const workspace = await api.createWorkspace()
  const { workspaceId, token } = workspace
  await api.connect(workspace)
  await storeRun(api.database, workspaceId, { status: 'COMPLETED', phase: 'FINISHED' })
  const { prisma } = api.database
  const account = await prisma.account.create({ data: { id: uuidv7(), workspaceId, name: 'Analytical Engines' } })
  const contact = { name: 'Ada Lovelace', hubspotId: 101n, email: 'ada@example.com' }
  const id = await storeContact(api.database, workspaceId, contact)
  await prisma.contact.update({ where: { id }, data: { accountId: account.id } })

  // when
  const { data, errors } = await postBody<{ contact: { hubspot: object } }>(api.url, { query }, { token })

  // then
  const shown = JSON.parse(answer).data.contact
  expect(errors).toEqual([])
  expect(data?.contact).toEqual({
    ...shown,
    hubspot: {
      ...shown.hubspot,
      lastSyncedAt: expect.toSatisfy((value) => value === null || !Number.isNaN(Date.parse(value))),
      url: expect.stringMatching(/^https:\/\/app.*\/contacts\/\d+\/record\/0-1\/101$/),
    },
  })
})
