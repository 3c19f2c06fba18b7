import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import { isInterfaceType, isUnionType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { prepareSameNumbers } from './same-number.ts'

const SameNumbers = gql`
  query ApolloSameNumbers($contact: ID!, $account: ID!) {
    contact(by: { id: $contact }) { id name hubspot { recordId url fields { field editUrl } } }
    account(by: { id: $account }) { id name hubspot { recordId url fields { field editUrl } } }
  }
`
const HubSpotState = gql`query ApolloState($contact: ID!) { contact(by: { id: $contact }) { id hubspot { state } } }`
const State = gql`query ApolloSettings { syncSettings { id isPaused } syncRuns { edges { node { id status } } } }`
const ViewerRole = gql`query ApolloViewerRole { viewer { id role } }`
const ViewerName = gql`query ApolloViewerName { viewer { id workspace { id name } } }`
const Pause = gql`
  mutation ApolloPause {
    pauseSync { ... on PauseSyncPayload { syncSettings { id isPaused } syncRuns { id status } } }
  }
`
const Contacts = gql`query ApolloContacts { contacts { edges { cursor node { id name } } } }`
const Create = gql`
  mutation ApolloCreate($name: String!) {
    createContact(input: { name: $name }) {
      ... on CreateContactPayload { contact { id name } }
      ... on UserError { code message }
    }
  }
`
const Delete = gql`
  mutation ApolloDelete($id: ID!) { deleteContact(id: $id) { ... on DeleteContactPayload { deletedId } } }
`

const api = await startTestApi()

/** As docs/api.md sets it up. */
function openApollo(token: string) {
  const abstract = Object.values(schema.getTypeMap()).filter((type) => isUnionType(type) || isInterfaceType(type))
  return new ApolloClient({
    cache: new InMemoryCache({
      possibleTypes: Object.fromEntries(
        abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
      ),
      typePolicies: {
        Query: {
          fields: {
            contacts: relayStylePagination(['filter', 'orderBy']),
            syncRuns: relayStylePagination(['filter']),
          },
        },
        HubSpotLink: { merge: true },
      },
    }),
    link: new HttpLink({ uri: `${api.url}/graphql`, headers: { authorization: `Bearer ${token}` } }),
  })
}

test('B2 B41: Apollo separates a contact and an account with the same HubSpot number', async () => {
  const story = await prepareSameNumbers(api)
  const client = openApollo(story.token)
  const variables = { contact: story.contactId, account: story.accountId }

  await client.query({ query: SameNumbers, variables })
  await client.query({ query: HubSpotState, variables: { contact: story.contactId } })
  const kept = client.readQuery({ query: SameNumbers, variables })

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
})

test('B2 B38: after pauseSync, Apollo shows that sync and run are paused, and keeps everything that it knows about the viewer', async () => {
  const { token, runId } = await prepareSameNumbers(api)
  const client = openApollo(token)
  await client.query({ query: State })
  await client.query({ query: ViewerRole })
  await client.query({ query: ViewerName })

  await client.mutate({ mutation: Pause })

  expect(client.readQuery({ query: State })).toMatchObject({
    syncSettings: { isPaused: true },
    syncRuns: { edges: [{ node: { id: runId, status: 'PAUSED' } }] },
  })
  expect(client.readQuery({ query: ViewerRole })).toMatchObject({ viewer: { role: 'WORKSPACE_ADMIN' } })
})

test('B2 B63: Apollo appends a created record from a payload, and removes a deleted one', async () => {
  const { token, contactId } = await prepareSameNumbers(api)
  const client = openApollo(token)
  const names = () =>
    client
      .readQuery<{ contacts: { edges: { node: { name: string } }[] } }>({ query: Contacts })
      ?.contacts.edges.map(({ node }) => node.name)
  await client.query({ query: Contacts })

  await client.mutate<{ createContact: { contact?: { id: string } } }>({
    mutation: Create,
    variables: { name: 'Ben' },
    update: (cache, { data }) => {
      const contact = data?.createContact.contact
      if (contact === undefined) return
      cache.modify({
        fields: {
          contacts: (page, { toReference }) => ({
            ...page,
            edges: [
              ...page.edges,
              { __typename: 'ContactEdge', cursor: '', node: toReference({ __typename: 'Contact', ...contact }) },
            ],
          }),
        },
      })
    },
  })
  expect(names()).toEqual(['Ada', 'Ben'])

  await client.mutate<{ deleteContact: { deletedId: string } }>({
    mutation: Delete,
    variables: { id: contactId },
    update: (cache, { data }) => {
      cache.evict({ id: cache.identify({ __typename: 'Contact', id: data?.deleteContact.deletedId }) })
      cache.gc()
    },
  })
  expect(names()).toEqual(['Ben'])
})
