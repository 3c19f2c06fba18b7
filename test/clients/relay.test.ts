import { createClient } from 'graphql-ws'
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  getSingularSelector,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
} from 'relay-runtime'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { cleanUp } from '../support/clean-up.ts'
import { postBody } from '../support/graphql/post.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { compileApp } from './relay/compile.ts'
import { prepareStory } from './story.ts'

const api = await startTestApi()

function openRelay({
  token,
  authorization,
  websocketUrl,
}: {
  token: string
  authorization: string
  websocketUrl: string
}) {
  const sockets = createClient({ url: websocketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } })
  cleanUp(() => sockets.dispose())
  return new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(
      async ({ text }, variables) => {
        const { data, errors } = await postBody(api.url, { query: text, variables }, { token })
        return { data, ...(errors.length > 0 ? { errors } : {}) } as GraphQLResponse
      },
      ({ text }, variables) =>
        Observable.create((sink) =>
          sockets.subscribe({ query: text ?? '', variables }, sink as Parameters<typeof sockets.subscribe>[1]),
        ),
    ),
  })
}

test('B2 B68: Relay compiles against the schema, and its runtime queries, pages, mutates, and subscribes', async () => {
  const story = await prepareStory(api)
  const environment = openRelay(story)
  const { request, fragment } = await compileApp()

  const found = await fetchQuery(environment, await request('appContactQuery'), {
    email: 'ada@example.test',
  }).toPromise()
  expect(found).toMatchObject({ contact: { name: 'Ada', hubspot: { state: 'ACTIVE' } } })

  const [contactsQuery, pageQuery] = [await request('appContactsQuery'), await request('appContactsPageQuery')]
  const contacts = await fragment('app_contacts')
  const operation = createOperationDescriptor(contactsQuery, {})
  cleanUp(environment.retain(operation).dispose)
  await fetchQuery(environment, contactsQuery, {}).toPromise()
  // What usePaginationFragment reads and does, without React.
  const connection = () => {
    const selector = getSingularSelector(contacts, environment.lookup(operation.fragment).data)
    if (selector == null) throw new Error('the fragment was not fetched')
    return (environment.lookup(selector).data as unknown as { contacts: Connection }).contacts
  }
  while (connection().pageInfo.hasNextPage) {
    await fetchQuery(environment, pageQuery, { count: 2, cursor: connection().pageInfo.endCursor }).toPromise()
  }
  expect(connection().edges.map(({ node }) => node.name)).toEqual(story.names)

  const mutation = await request('appAddFieldMutation')
  const add = () =>
    new Promise((resolve, reject) => {
      commitMutation(environment, { mutation, variables: { name: 'Size' }, onCompleted: resolve, onError: reject })
    })
  expect(await add()).toMatchObject({
    createCustomField: { __typename: 'CreateCustomFieldPayload', customField: { key: 'size' } },
  })
  expect(await add()).toMatchObject({ createCustomField: { __typename: 'InvalidInputError', code: 'INVALID_INPUT' } })

  const subscription = await request('appFollowRunSubscription')
  const statuses: string[] = []
  await new Promise<void>((resolve, reject) => {
    requestSubscription<{ variables: { runId: string }; response: { syncProgress: { status: string } } }>(environment, {
      subscription,
      variables: { runId: story.runId },
      onNext: (event) => {
        statuses.push(event?.syncProgress.status ?? '')
        if (statuses.length === 1) void story.endRun()
      },
      onCompleted: resolve,
      onError: reject,
    })
  })
  expect(statuses).toEqual(['RUNNING', 'COMPLETED'])

  const refetched = await fetchQuery(environment, await request('appNodeQuery'), { id: story.runId }).toPromise()
  expect(refetched).toMatchObject({ node: { status: 'COMPLETED' } })
})

interface Connection {
  readonly edges: readonly { readonly node: { readonly name: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
