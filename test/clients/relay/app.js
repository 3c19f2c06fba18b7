// What the Relay compiler reads. Tests run what it makes of it.
import { graphql } from 'relay-runtime'

export const contactQuery = graphql`
  query appContactQuery($email: String!) {
    contact(by: { handle: { source: EMAIL, value: $email } }) {
      name
      hubspot { state }
    }
  }
`

export const contactsFragment = graphql`
  fragment app_contacts on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "appContactsPageQuery") {
    contacts(first: $count, after: $cursor) @connection(key: "app_contacts") {
      edges { node { id name } }
    }
  }
`

export const contactsQuery = graphql`
  query appContactsQuery {
    ...app_contacts
  }
`

export const addFieldMutation = graphql`
  mutation appAddFieldMutation($name: String!) {
    createCustomField(input: { objectType: CONTACT, name: $name, type: NUMBER }) {
      __typename
      ... on CreateCustomFieldPayload { customField { key } }
      ... on UserError { code }
    }
  }
`

export const followRunSubscription = graphql`
  subscription appFollowRunSubscription($runId: ID!) {
    syncProgress(runId: $runId) {
      status
      progress { processed }
    }
  }
`

export const nodeQuery = graphql`
  query appNodeQuery($id: ID!) {
    node(id: $id) {
      ... on SyncRun { status }
    }
  }
`

export const sameNumbersQuery = graphql`
  query appSameNumbersQuery($contact: ID!, $account: ID!) {
    contact(by: { id: $contact }) {
      name
      hubspot { recordId url fields { field editUrl } }
    }
    account(by: { id: $account }) {
      name
      hubspot { recordId url fields { field editUrl } }
    }
  }
`

export const stateQuery = graphql`
  query appStateQuery {
    syncSettings { isPaused }
    syncRuns(first: 10) { edges { node { status } } }
    viewer { role }
  }
`

export const viewerQuery = graphql`
  query appViewerQuery {
    viewer { workspace { name } }
  }
`

export const pauseMutation = graphql`
  mutation appPauseMutation {
    pauseSync {
      ... on PauseSyncPayload {
        syncSettings { isPaused }
        syncRuns { status }
      }
    }
  }
`

export const createContactMutation = graphql`
  mutation appCreateContactMutation($input: CreateContactInput!, $connections: [ID!]!) {
    createContact(input: $input) {
      ... on CreateContactPayload {
        contact @appendNode(connections: $connections, edgeTypeName: "ContactEdge") { name }
      }
      ... on UserError { code }
    }
  }
`

export const prependContactMutation = graphql`
  mutation appPrependContactMutation($input: CreateContactInput!, $connections: [ID!]!) {
    createContact(input: $input) {
      ... on CreateContactPayload {
        contact @prependNode(connections: $connections, edgeTypeName: "ContactEdge") { name }
      }
      ... on UserError { code }
    }
  }
`

export const deleteContactMutation = graphql`
  mutation appDeleteContactMutation($id: ID!, $connections: [ID!]!) {
    deleteContact(id: $id) {
      ... on DeleteContactPayload { deletedId @deleteEdge(connections: $connections) }
    }
  }
`
