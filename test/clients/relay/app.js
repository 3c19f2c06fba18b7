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
      ... on CustomField { key }
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
