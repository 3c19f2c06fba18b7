import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities'
import { isInterfaceType, isUnionType } from 'graphql'
import { createClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { schema } from '../../src/schema/schema.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { waitFor } from '../support/wait-for.ts'
import { prepareStory } from './story.ts'

const ContactByHandle = gql`
  query ApolloContactByHandle($email: String!) {
    contact(by: { handle: { source: EMAIL, value: $email } }) { id name hubspot { state } }
  }
`
const ContactPage = gql`
  query ApolloContactPage($first: Int!, $after: String) {
    contacts(first: $first, after: $after) {
      edges { cursor node { id name } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`
const AddField = gql`
  mutation ApolloAddField($name: String!) {
    createCustomField(input: { objectType: CONTACT, name: $name, type: NUMBER }) {
      ... on CreateCustomFieldPayload { customField { id key } }
      ... on UserError { code message }
      ... on InvalidInputError { problems { path message } }
    }
  }
`
const FollowRun = gql`
  subscription ApolloFollowRun($runId: ID!) {
    syncProgress(runId: $runId) { id status progress { processed total } }
  }
`

const api = await startTestApi()

function openApollo({
  url,
  authorization,
  websocketUrl,
}: {
  url: string
  authorization: string
  websocketUrl: string
}) {
  const sockets = createClient({ url: websocketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } })
  cleanUp(() => sockets.dispose())
  const abstract = Object.values(schema.getTypeMap()).filter((type) => isUnionType(type) || isInterfaceType(type))
  return new ApolloClient({
    cache: new InMemoryCache({
      // As a front end generates them from the schema.
      possibleTypes: Object.fromEntries(
        abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
      ),
      typePolicies: { Query: { fields: { contacts: relayStylePagination() } } },
    }),
    link: ApolloLink.split(
      ({ query }) => {
        const definition = getMainDefinition(query)
        return definition.kind === 'OperationDefinition' && definition.operation === 'subscription'
      },
      new GraphQLWsLink(sockets),
      new HttpLink({ uri: `${url}/graphql`, headers: { authorization } }),
    ),
  })
}

interface PageData {
  contacts: { edges: { node: { id: string; name: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
}

test('B2 B68: Apollo Client queries, pages, mutates, and subscribes as documented', async () => {
  const story = await prepareStory(api)
  const client = openApollo({ ...story, url: api.url })

  const found = await client.query<{ contact: unknown }>({
    query: ContactByHandle,
    variables: { email: 'Ada@Example.test' },
  })
  expect(found.data?.contact).toMatchObject({ __typename: 'Contact', name: 'Ada', hubspot: { state: 'ACTIVE' } })

  const pages = client.watchQuery<PageData>({ query: ContactPage, variables: { first: 2 } })
  const subscription = pages.subscribe(() => {})
  cleanUp(() => subscription.unsubscribe())
  await waitFor(() => pages.getCurrentResult().dataState === 'complete')
  const current = () => pages.getCurrentResult().data as PageData
  for (let page = current(); page.contacts.pageInfo.hasNextPage; ) {
    const next = await pages.fetchMore({ variables: { after: page.contacts.pageInfo.endCursor } })
    page = next.data as PageData
  }
  await waitFor(() => current().contacts.edges.length === 5)
  expect(current().contacts.edges.map(({ node }) => node.name)).toEqual(story.names)

  const add = () => client.mutate<{ createCustomField: unknown }>({ mutation: AddField, variables: { name: 'Size' } })
  expect((await add()).data?.createCustomField).toMatchObject({
    __typename: 'CreateCustomFieldPayload',
    customField: { key: 'size' },
  })
  expect((await add()).data?.createCustomField).toMatchObject({
    __typename: 'InvalidInputError',
    code: 'INVALID_INPUT',
    problems: [{ path: ['name'] }],
  })

  const statuses: string[] = []
  await new Promise<void>((resolve, reject) => {
    client
      .subscribe<{ syncProgress: { status: string } }>({ query: FollowRun, variables: { runId: story.runId } })
      .subscribe({
        next: ({ data }) => {
          if (data) statuses.push(data.syncProgress.status)
          if (statuses.length === 1) void story.endRun()
        },
        error: reject,
        complete: resolve,
      })
  })
  expect(statuses).toEqual(['RUNNING', 'COMPLETED'])
})
