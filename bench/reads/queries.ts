/** The six reads that are compared, and the values that they are asked for. */

export const queryNames = ['Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6'] as const
export type QueryName = (typeof queryNames)[number]

export const titles: Readonly<Record<QueryName, string>> = {
  Q1: 'one contact by `externalId`, with all fields',
  Q2: 'first 50 contacts',
  Q3: '100 contacts by `externalId`',
  Q4: '`contactSuggestions` for a whole name',
  Q5: 'first 50 contacts with a value of a custom field',
  Q6: 'first 50 contacts of an account',
}

/** Number of clients that wait for an answer at the same time. */
export const connectionsOf = (query: QueryName): number => (query === 'Q1' ? 32 : 16)

/** The arguments of one request. Accounts are identified by the id of their row. */
export interface Asked {
  readonly Q1: { readonly externalId: string }
  readonly Q2: { readonly first: number }
  readonly Q3: { readonly externalIds: readonly string[] }
  readonly Q4: { readonly text: string; readonly first: number }
  readonly Q5: { readonly key: string; readonly value: string; readonly first: number }
  readonly Q6: { readonly accountId: string; readonly first: number }
}

/** Several variants of each query, so that no server answers the same request all the time. */
export type Variants = { readonly [Q in QueryName]: readonly Asked[Q][] }

const listFields = `id externalId name handles { source value } account { id name } customFields { key value }
  hubspot { recordId state url }`
const allFields = `${listFields} description avatarUrl isPrivate links createdAt updatedAt`

/** The documents of every server that has the shape of the product's schema. */
export const documents: Readonly<Record<QueryName, string>> = {
  Q1: `query One($externalId: String!) { contact(by: { externalId: $externalId }) { ${allFields} } }`,
  Q2: `query List($first: Int!) { contacts(first: $first) { nodes { ${listFields} } } }`,
  Q3: `query Known($externalIds: [String!]!) { contactsByExternalId(externalIds: $externalIds) { ${listFields} } }`,
  Q4: `query Suggestions($text: String!, $first: Int!) {
    contactSuggestions(query: $text, first: $first) { ${listFields} } }`,
  Q5: `query Filtered($key: String!, $value: String!, $first: Int!) {
    contacts(first: $first, filter: { customFields: [{ key: $key, text: { eq: $value } }] }) { nodes { ${listFields} } } }`,
  Q6: `query OfAccount($accountId: ID!, $first: Int!) {
    account(by: { id: $accountId }) { contacts(first: $first) { nodes { ${listFields} } } } }`,
}

/** The global id of an account, as the product encodes it. */
export function accountGlobalId(rowId: string): string {
  return Buffer.from(`Account:${rowId}`).toString('base64')
}
