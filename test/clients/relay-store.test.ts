import {
  type ConcreteRequest,
  ConnectionHandler,
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  getSingularSelector,
  Network,
  RecordSource,
  ROOT_ID,
  Store,
} from 'relay-runtime'
import { expect, test } from 'vitest'
import { cleanUp } from '../support/clean-up.ts'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { compileApp } from './relay/compile.ts'
import { prepareSameNumbers } from './same-number.ts'

const api = await startTestApi()
const { request, fragment } = await compileApp()

function openRelay(token: string) {
  const environment = new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(async ({ text }, variables) => {
      const { data, errors } = await postBody(api.url, { query: text, variables }, { token })
      return { data, ...(errors.length > 0 ? { errors } : {}) } as GraphQLResponse
    }),
  })
  return {
    environment,
    /** Fetches a query, and retains its result. */
    load: async (query: ConcreteRequest, variables = {}) => {
      const operation = createOperationDescriptor(query, variables)
      cleanUp(environment.retain(operation).dispose)
      await fetchQuery(environment, query, variables).toPromise()
      return () => environment.lookup(operation.fragment).data
    },
    mutate: (mutation: ConcreteRequest, variables = {}) =>
      new Promise((resolve, reject) => {
        commitMutation(environment, { mutation, variables, onCompleted: resolve, onError: reject })
      }),
  }
}

test('B2 B41: Relay separates a contact and an account with the same HubSpot number', async () => {
  const story = await prepareSameNumbers(api)
  const { load } = openRelay(story.token)

  const shown = await load(await request('appSameNumbersQuery'), { contact: story.contactId, account: story.accountId })

  expect(shown()).toMatchObject({
    contact: {
      name: 'Ada',
      hubspot: { recordId: '1001', url: story.contactUrl, fields: [{ editUrl: story.contactUrl }] },
    },
    account: {
      name: 'Acme',
      hubspot: { recordId: '1001', url: story.accountUrl, fields: [{ editUrl: story.accountUrl }] },
    },
  })
})

test('B2 B38: after pauseSync, Relay shows that sync and run are paused, and keeps everything that it knows about the viewer', async () => {
  const { token } = await prepareSameNumbers(api)
  const { load, mutate } = openRelay(token)
  const shown = await load(await request('appStateQuery'))
  await load(await request('appViewerQuery'))
  expect(shown()).toMatchObject({ syncSettings: { isPaused: false }, viewer: { role: 'WORKSPACE_ADMIN' } })

  await mutate(await request('appPauseMutation'))

  expect(shown()).toMatchObject({
    syncSettings: { isPaused: true },
    syncRuns: { edges: [{ node: { status: 'PAUSED' } }] },
    viewer: { role: 'WORKSPACE_ADMIN' },
  })
})

test('B2 B63: Relay appends and prepends created records, adds no failure, and removes deleted records', async () => {
  const { token, contactId } = await prepareSameNumbers(api)
  const { environment, load, mutate } = openRelay(token)
  const query = await request('appContactsQuery')
  const shown = await load(query)
  const contacts = await fragment('app_contacts')
  const names = () => {
    const selector = getSingularSelector(contacts, shown())
    if (selector == null) throw new Error('the fragment was not fetched')
    const { contacts: page } = environment.lookup(selector).data as unknown as {
      contacts: { edges: { node: { name: string } }[] }
    }
    return page.edges.map(({ node }) => node.name)
  }
  const connections = [ConnectionHandler.getConnectionID(ROOT_ID, 'app_contacts')]

  await mutate(await request('appCreateContactMutation'), { input: { name: 'Ben' }, connections })
  await mutate(await request('appPrependContactMutation'), { input: { name: 'Cleo' }, connections })
  await mutate(await request('appCreateContactMutation'), { input: { avatarUrl: 'nothing' }, connections })
  expect(names()).toEqual(['Cleo', 'Ada', 'Ben'])

  await mutate(await request('appDeleteContactMutation'), { id: contactId, connections })
  expect(names()).toEqual(['Cleo', 'Ben'])
})
