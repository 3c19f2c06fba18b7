import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { graphql } from '../../client/generated/index.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { prepareStory } from './story.ts'

const ContactByHandle = graphql(`
  query UrqlContactByHandle($email: String!) {
    contact(by: { handle: { source: EMAIL, value: $email } }) { name hubspot { state } }
  }
`)
const ContactPage = graphql(`
  query UrqlContactPage($after: String) {
    contacts(first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }
  }
`)
const AddField = graphql(`
  mutation UrqlAddField($name: String!) {
    createCustomField(input: { objectType: CONTACT, name: $name, type: NUMBER }) {
      __typename
      ... on CreateCustomFieldPayload { customField { key } }
      ... on UserError { code }
    }
  }
`)
const FollowRun = graphql(`
  subscription UrqlFollowRun($runId: ID!) { syncProgress(runId: $runId) { status progress { processed } } }
`)

const api = await startTestApi()

test('B2 B68: urql queries, pages, mutates, and subscribes with the types from codegen', async () => {
  const story = await prepareStory(api)
  const { authorization, websocketUrl } = story
  const sockets = createClient({ url: websocketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } })
  cleanUp(() => sockets.dispose())
  const client = new Client({
    url: `${api.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  })

  const found = await client.query(ContactByHandle.toString(), { email: 'ada@example.test' })
  expect(found.error).toBeUndefined()
  expect(found.data?.contact).toMatchObject({ name: 'Ada', hubspot: { state: 'ACTIVE' } })

  const names: string[] = []
  for (let after: string | null | undefined; ; ) {
    const { data } = await client.query(ContactPage.toString(), { after })
    if (data === undefined) throw new Error('there is no such page')
    names.push(...data.contacts.nodes.map(({ name }: { name: string }) => name))
    if (!data.contacts.pageInfo.hasNextPage) break
    after = data.contacts.pageInfo.endCursor
  }
  expect(names).toEqual(story.names)

  const add = () => client.mutation(AddField.toString(), { name: 'Size' })
  expect((await add()).data?.createCustomField).toEqual({
    __typename: 'CreateCustomFieldPayload',
    customField: { __typename: 'CustomField', key: 'size' },
  })
  expect((await add()).data?.createCustomField).toEqual({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' })

  const statuses: string[] = []
  const followed = new Promise<void>((resolve) => {
    const { unsubscribe } = client
      .subscription(FollowRun.toString(), { runId: story.runId })
      .subscribe(({ data, hasNext }) => {
        if (data) statuses.push(data.syncProgress.status)
        if (statuses.length === 1) void story.endRun()
        if (statuses.includes('COMPLETED') || hasNext === false) resolve()
      })
    cleanUp(unsubscribe)
  })
  await followed
  expect(statuses.slice(0, 2)).toEqual(['RUNNING', 'COMPLETED'])
})
