import { type Answered, dataOf, inOrder, type Normalise, withoutNulls } from './answers.ts'
import type { Asked, QueryName } from './queries.ts'

/** The six reads in the shape that PostGraphile makes of the tables. */

const listFields = `rowId externalId name handles { nodes { source value } } accountByAccountId { rowId name } customFields
  link { hubspotId state }`
const allFields = `${listFields} description avatarUrl privateOwnerId links createdAt updatedAt`
const portal = 'hubspotConnectionByWorkspaceId(workspaceId: $w) { uiDomain portalId }'

export const postgraphileDocuments: Readonly<Record<QueryName, string>> = {
  Q1: `query One($w: UUID!, $externalId: String!) {
    found: contactByWorkspaceIdAndExternalId(workspaceId: $w, externalId: $externalId) { ${allFields} } ${portal} }`,
  Q2: `query List($w: UUID!, $first: Int!) {
    found: allContacts(first: $first, condition: { workspaceId: $w }) { nodes { ${listFields} } } ${portal} }`,
  Q3: `query Known($w: UUID!, $externalIds: [String!]!) {
    found: benchReadsKnownContacts(workspaceId: $w, externalIds: $externalIds) { nodes { ${listFields} } } ${portal} }`,
  Q4: `query Suggestions($w: UUID!, $text: String!, $first: Int!) {
    found: benchReadsSuggestedContacts(workspaceId: $w, text: $text, limit: $first) { nodes { ${listFields} } } ${portal} }`,
  Q5: `query Filtered($w: UUID!, $values: JSON!, $first: Int!) {
    found: benchReadsContactsWithValue(workspaceId: $w, values: $values, first: $first) { nodes { ${listFields} } } ${portal} }`,
  Q6: `query OfAccount($w: UUID!, $accountId: UUID!, $first: Int!) {
    found: benchReadsContactsOfAccount(workspaceId: $w, accountId: $accountId, first: $first) { nodes { ${listFields} } } ${portal} }`,
}

export function postgraphileVariables<Q extends QueryName>(asked: Asked[Q], workspaceId: string): object {
  if ('text' in asked) return { ...asked, w: workspaceId, text: asked.text.toLowerCase() }
  if ('key' in asked) return { w: workspaceId, values: { [asked.key]: asked.value }, first: asked.first }
  return { ...asked, w: workspaceId }
}

interface Row {
  readonly rowId: string
  readonly externalId: string | null
  readonly name: string
  readonly handles: { readonly nodes: readonly { readonly source: string; readonly value: string }[] }
  readonly accountByAccountId: { readonly rowId: string; readonly name: string } | null
  readonly customFields: Readonly<Record<string, unknown>>
  readonly link: { readonly hubspotId: string; readonly state: string } | null
  readonly description: string
  readonly avatarUrl: string | null
  readonly privateOwnerId: string | null
  readonly links: readonly string[]
  readonly createdAt?: string
  readonly updatedAt: string
}

interface Data {
  readonly found: Row | { readonly nodes: readonly Row[] } | null
  readonly hubspotConnectionByWorkspaceId: { readonly uiDomain: string; readonly portalId: string }
}

export const normalisePostgraphile: Normalise = (query, body) => {
  const { found, hubspotConnectionByWorkspaceId: portal } = dataOf<Data>(body)
  const rows = found === null ? [] : 'nodes' in found ? found.nodes : [found]
  return inOrder(
    query,
    rows.map((row) => contactOf(row, portal)),
  )
}

function contactOf(row: Row, portal: Data['hubspotConnectionByWorkspaceId']): Answered {
  const { link, accountByAccountId: account } = row
  const url = `https://${portal.uiDomain}/contacts/${portal.portalId}/record/0-1/${link?.hubspotId}`
  return {
    id: row.rowId,
    externalId: row.externalId,
    name: row.name,
    handles: row.handles.nodes.map(({ source, value }) => `${source} ${value}`).toSorted(),
    account: account && { id: account.rowId, name: account.name },
    customFields: withoutNulls(row.customFields),
    hubspot: link && { recordId: link.hubspotId, state: link.state, url },
    ...(row.createdAt !== undefined && {
      description: row.description,
      avatarUrl: row.avatarUrl,
      isPrivate: row.privateOwnerId !== null,
      links: row.links,
      createdAt: new Date(row.createdAt).toISOString(),
      updatedAt: new Date(row.updatedAt).toISOString(),
    }),
  }
}
