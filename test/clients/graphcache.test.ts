import { Client, fetchExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { type IntrospectionQuery, introspectionFromSchema } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { prepareSameNumbers } from './same-number.ts'

const SameNumbers = `
  query GraphcacheSameNumbers($contact: ID!, $account: ID!) {
    contact(by: { id: $contact }) { id name hubspot { recordId url fields { field editUrl } } }
    account(by: { id: $account }) { id name hubspot { recordId url fields { field editUrl } } }
  }
`
const HubSpotState = `query GraphcacheState($contact: ID!) { contact(by: { id: $contact }) { id hubspot { state } } }`
const State = `query GraphcacheSettings { syncSettings { id isPaused } syncRuns(first: 10) { edges { node { id status } } } }`
const ViewerRole = `query GraphcacheViewerRole { viewer { id role } }`
const ViewerName = `query GraphcacheViewerName { viewer { id workspace { id name } } }`
const Pause = `
  mutation GraphcachePause {
    pauseSync { ... on PauseSyncPayload { syncSettings { id isPaused } syncRuns { id status } } }
  }
`
const Contacts = `query GraphcacheContacts { contacts(first: 10) { edges { node { id name } } } }`
const Delete = `mutation GraphcacheDelete($id: ID!) { deleteContact(id: $id) { ... on DeleteContactPayload { deletedId } } }`

const api = await startTestApi()

/** As docs/api.md sets it up. */
function openUrql(token: string) {
  const introspection: IntrospectionQuery = introspectionFromSchema(schema)
  const { types } = introspection.__schema
  // An object without an id is part of its parent.
  const parts = types.flatMap((type) =>
    type.kind === 'OBJECT' && !type.fields.some(({ name }) => name === 'id') ? [type.name] : [],
  )
  const warnings: string[] = []
  const client = new Client({
    url: `${api.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange({
        schema: introspection,
        keys: Object.fromEntries(parts.map((name) => [name, () => null])),
        resolvers: { Query: { contacts: relayPagination(), syncRuns: relayPagination() } },
        updates: {
          Mutation: {
            deleteContact: ({ deleteContact }, _args, cache) => {
              const { deletedId } = deleteContact as { deletedId?: string }
              if (deletedId !== undefined) cache.invalidate({ __typename: 'Contact', id: deletedId })
            },
          },
        },
        logger: (_severity, message) => warnings.push(message),
      }),
      fetchExchange,
    ],
  })
  const ask = async (query: string, variables = {}, requestPolicy: 'cache-only' | 'network-only' = 'network-only') =>
    (await client.query(query, variables, { requestPolicy }).toPromise()).data
  return { client, ask, warnings }
}

test('B2 B41: graphcache separates a contact and an account with the same HubSpot number', async () => {
  const story = await prepareSameNumbers(api)
  const { ask, warnings } = openUrql(story.token)
  const variables = { contact: story.contactId, account: story.accountId }

  await ask(SameNumbers, variables)
  await ask(HubSpotState, { contact: story.contactId })
  const kept = await ask(SameNumbers, variables, 'cache-only')

  expect(kept).toMatchObject({
    contact: {
      name: 'Ada',
      hubspot: { recordId: '1001', url: story.contactUrl, fields: [{ editUrl: story.contactUrl }] },
    },
    account: {
      name: 'Acme',
      hubspot: { recordId: '1001', url: story.accountUrl, fields: [{ editUrl: story.accountUrl }] },
    },
  })
  expect(warnings).toEqual([])
})

test('B2 B38: after pauseSync, graphcache shows that sync and run are paused, and keeps everything that it knows about the viewer', async () => {
  const { token, runId } = await prepareSameNumbers(api)
  const { client, ask, warnings } = openUrql(token)
  await ask(State)
  await ask(ViewerRole)
  await ask(ViewerName)

  await client.mutation(Pause, {}).toPromise()

  expect(await ask(State, {}, 'cache-only')).toMatchObject({
    syncSettings: { isPaused: true },
    syncRuns: { edges: [{ node: { id: runId, status: 'PAUSED' } }] },
  })
  expect(await ask(ViewerRole, {}, 'cache-only')).toMatchObject({ viewer: { role: 'WORKSPACE_ADMIN' } })
  expect(warnings).toEqual([])
})

test('B2 B63: graphcache removes what a payload reports as deleted', async () => {
  const { token, contactId } = await prepareSameNumbers(api)
  const { client, ask } = openUrql(token)
  expect(await ask(Contacts)).toMatchObject({ contacts: { edges: [{ node: { name: 'Ada' } }] } })

  await client.mutation(Delete, { id: contactId }).toPromise()

  expect(await ask(Contacts, {}, 'cache-only')).toBeFalsy()
  expect(await ask(Contacts)).toMatchObject({ contacts: { edges: [] } })
})
