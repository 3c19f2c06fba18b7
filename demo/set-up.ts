import type { CustomFieldType, FieldMappingInput } from '../client/generated/graphql.ts'
import { graphql } from '../client/generated/index.ts'
import type { GraphQLClient } from '../client/graphql-client.ts'
import { expectType } from './expect-type.ts'

const Lists = graphql(`
  query Lists($query: String!) {
    hubspotLists(query: $query, first: 10) { nodes { listId name size } }
  }
`)

const CreateField = graphql(`
  mutation CreateField($input: CreateCustomFieldInput!) {
    createCustomField(input: $input) {
      __typename
      ... on CreateCustomFieldPayload { customField { key } }
      ... on UserError { message }
    }
  }
`)

const ChooseList = graphql(`
  mutation ChooseList($listId: String!) {
    updateSyncSettings(input: { contactsEnabled: true, contactSource: FROM_LIST, listId: $listId }) {
      __typename
      ... on UserError { message }
    }
  }
`)

const MapFields = graphql(`
  mutation MapFields($mappings: [FieldMappingInput!]!) {
    setFieldMappings(objectType: CONTACT, mappings: $mappings) {
      __typename
      ... on UserError { message }
    }
  }
`)

const standardFields: FieldMappingInput[] = [
  { property: 'firstname', target: 'FIRST_NAME' },
  { property: 'lastname', target: 'LAST_NAME' },
  { property: 'about', target: 'DESCRIPTION' },
  { property: 'email', target: 'EMAIL' },
  { property: 'work_email', target: 'EMAIL' },
  { property: 'phone', target: 'PHONE' },
  { property: 'mobilephone', target: 'PHONE' },
]

const customFields: readonly { property: string; name: string; type: CustomFieldType }[] = [
  { property: 'jobtitle', name: 'Job title', type: 'STRING' },
  { property: 'city', name: 'City', type: 'STRING' },
  { property: 'lifecyclestage', name: 'Lifecycle stage', type: 'STRING' },
  { property: 'annual_spend', name: 'Annual spend', type: 'NUMBER' },
  { property: 'newsletter_opt_in', name: 'Newsletter', type: 'BOOLEAN' },
  { property: 'customer_since', name: 'Customer since', type: 'DATETIME' },
]

/** Chooses the list, creates the custom fields, and maps the properties. Returns the list's name. */
export async function chooseWhatToSync(client: GraphQLClient): Promise<string> {
  const { hubspotLists } = await client.request(Lists, { query: 'All customers' })
  const list = hubspotLists?.nodes[0]
  if (list == null) throw new Error('The simulated HubSpot has no list "All customers".')
  expectType(
    (await client.request(ChooseList, { listId: list.listId })).updateSyncSettings,
    'UpdateSyncSettingsPayload',
  )
  await mapContactFields(client)
  return list.name
}

const ChooseAccounts = graphql(`
  mutation ChooseAccounts {
    updateSyncSettings(input: { accountsEnabled: true, contactsEnabled: true, contactSource: FROM_SYNCED_ACCOUNTS }) {
      __typename
      ... on UserError { message }
    }
  }
`)

const MapAccountFields = graphql(`
  mutation MapAccountFields($mappings: [FieldMappingInput!]!) {
    setFieldMappings(objectType: ACCOUNT, mappings: $mappings) {
      __typename
      ... on UserError { message }
    }
  }
`)

/** Turns on accounts and their contacts, and maps the properties of both. */
export async function chooseAccounts(client: GraphQLClient): Promise<void> {
  expectType((await client.request(ChooseAccounts)).updateSyncSettings, 'UpdateSyncSettingsPayload')
  const mappings: FieldMappingInput[] = [
    { property: 'name', target: 'NAME' },
    { property: 'domain', target: 'DOMAIN' },
    { property: 'description', target: 'DESCRIPTION' },
  ]
  expectType((await client.request(MapAccountFields, { mappings })).setFieldMappings, 'SetFieldMappingsPayload')
  await mapContactFields(client)
}

async function mapContactFields(client: GraphQLClient): Promise<void> {
  const mappings = [...standardFields]
  for (const { property, name, type } of customFields) {
    const input = { objectType: 'CONTACT', name, type } as const
    const {
      customField: { key },
    } = expectType((await client.request(CreateField, { input })).createCustomField, 'CreateCustomFieldPayload')
    mappings.push({ property, target: 'CUSTOM_FIELD', customField: key })
  }
  expectType((await client.request(MapFields, { mappings })).setFieldMappings, 'SetFieldMappingsPayload')
}
