import { readFile } from 'node:fs/promises'
import { isObjectType } from 'graphql'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { TypedDocumentString } from '../../client/generated/graphql.ts'
import { schema } from '../../src/schema/schema.ts'
import { approveLogIn } from '../schema/log-in.ts'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'
import { subscribe } from '../support/graphql/subscribe.ts'
import { startTestSimulator } from '../support/test-sync.ts'

interface Example {
  readonly name: string
  readonly query: string
  /** As written in the guide, with `<id of …>` for ids that the reader has. */
  readonly variables: string
  /** True if the guide shows a rejection. */
  readonly isRefused: boolean
}

const guide = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')
const blocks = guide.matchAll(/```graphql( refused)?\n(.*?)```(?:\s*```json\n(.*?)```)?/gs)
const examples: Example[] = [...blocks].map(([, refused, query = '', variables = '{}']) => ({
  name: /^\w+ (\w+)/.exec(query)?.[1] ?? query,
  query,
  variables,
  isRefused: refused !== undefined,
}))

const failures = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'UserError') ? [type.name] : [],
  ),
)

const simulator = await startTestSimulator({ portals: [{ contacts: 20 }] })
const api = await startTestApi({ simulator })
const { prisma } = api.database
const workspace = await api.createWorkspace()
const { workspaceId, token } = workspace
const ids = await storeWhatTheGuideNames()

async function storeWhatTheGuideNames() {
  await api.connect(workspace)
  await prisma.customField.create({
    data: { id: uuidv7(), workspaceId, objectType: 'ACCOUNT', key: 'size', name: 'Size', type: 'NUMBER' },
  })
  const accountId = uuidv7()
  await prisma.account.create({
    data: {
      id: accountId,
      workspaceId,
      name: 'Example',
      customFields: { size: 250 },
      domains: { create: { workspaceId, domain: 'example.com' } },
    },
  })
  const contactId = await storeContact(api.database, workspaceId, {
    name: 'Ada',
    hubspotId: 1001n,
    email: 'ada@example.com',
  })
  await prisma.contact.update({ where: { id: contactId }, data: { accountId } })
  const otherContactId = await storeContact(api.database, workspaceId, { name: 'Zoe' })
  await prisma.syncSettings.create({ data: { workspaceId, contactsEnabled: true } })
  await prisma.fieldMapping.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotProperty: 'firstname', target: 'FIRST_NAME', position: 0 },
  })
  const login = await approveLogIn(api, simulator, token)
  const run = await storeRun(api.database, workspaceId, { status: 'COMPLETED', phase: 'FINISHED' })
  const error = await storeError(api.database, workspaceId, { type: 'EMAIL_TAKEN', hubspotId: 2002n })
  const member = await api.createUser(workspaceId, 'MEMBER')
  return {
    '<id of a contact>': globalId('Contact', contactId),
    '<id of another contact>': globalId('Contact', otherContactId),
    '<id of a run>': globalId('SyncRun', run.id),
    '<id of a member>': globalId('Member', member.userId),
    '<id of an error>': globalId('SyncError', error.id),
    '<id of a list>': '42',
    '<state of a log-in>': login.state,
    '<code of a log-in>': login.code,
  }
}

function variablesOf({ variables }: Example): Record<string, unknown> {
  const filled = Object.entries(ids).reduce((text, [placeholder, id]) => text.replaceAll(placeholder, id), variables)
  return JSON.parse(filled)
}

test('the guide has examples for all its readers', () => {
  expect(examples.length).toBeGreaterThan(20)
  expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length)
})

// In the order of the guide, because later examples build on earlier ones.
test.for(examples)('the guide: $name', async (example) => {
  if (example.query.startsWith('subscription')) {
    const document = new TypedDocumentString<unknown, Record<string, unknown>>(example.query)
    const stream = subscribe('server-sent events', api.url, document, variablesOf(example), { token })
    const silence = new Promise<null>((resolve) => setTimeout(resolve, 500, null))
    const first = await Promise.race([stream.next(), silence])
    expect(first?.value.errors).toBeUndefined()
    return
  }

  const { data, errors } = await postBody<Record<string, { __typename?: string } | null>>(
    api.url,
    { query: example.query, variables: variablesOf(example) },
    { token },
  )

  expect(errors).toEqual([])
  for (const [field, result] of Object.entries(data ?? {})) {
    expect(result, field).not.toBeNull()
    if (!example.query.startsWith('mutation')) continue
    expect(failures.has(result?.__typename ?? ''), JSON.stringify(result)).toBe(example.isRefused)
  }
})

test('the guide: everything that it looks up exists', async () => {
  const byName = (name: string) => examples.find((example) => example.name === name) as Example
  const ask = async (name: string) => {
    const example = byName(name)
    const { data } = await postBody<Record<string, unknown>>(
      api.url,
      { query: example.query, variables: variablesOf(example) },
      { token },
    )
    return data
  }

  expect(await ask('WhoSentThis')).toMatchObject({ contact: { name: 'Ada', account: { name: 'Example' } } })
  expect(await ask('BigCustomers')).toMatchObject({ contacts: { nodes: [{ name: 'Ada' }] } })
  expect(await ask('ByExternalId')).toMatchObject({ contactsByExternalId: [{ name: 'Ada' }, null, null] })
  expect(await ask('Suggest')).toMatchObject({ contactSuggestions: [{ name: 'Ada' }] })
})
