import type { QueryName } from './queries.ts'

/** A contact as all servers must answer it, whatever the shape of their schema. */
export interface Answered {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
  readonly handles: readonly string[]
  readonly account: { readonly id: string; readonly name: string } | null
  readonly customFields: Readonly<Record<string, unknown>>
  readonly hubspot: { readonly recordId: string; readonly state: string; readonly url: string | null } | null
  /** Of Q1 only. */
  readonly description?: string
  readonly avatarUrl?: string | null
  readonly isPrivate?: boolean
  readonly links?: readonly string[]
  readonly createdAt?: string
  readonly updatedAt?: string
}

export type Normalise = (query: QueryName, body: unknown) => readonly Answered[]

/** A contact in the shape of the product's schema. */
export interface ContactShape {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
  readonly handles: readonly { readonly source: string; readonly value: string }[]
  readonly account: { readonly id: string; readonly name: string } | null
  readonly customFields: readonly { readonly key: string; readonly value: unknown }[]
  readonly hubspot: Answered['hubspot']
  readonly [field: string]: unknown
}

interface Data {
  readonly contact?: ContactShape
  readonly contacts?: { readonly nodes: readonly ContactShape[] }
  readonly contactsByExternalId?: readonly ContactShape[]
  readonly contactSuggestions?: readonly ContactShape[]
  readonly account?: { readonly contacts: { readonly nodes: readonly ContactShape[] } }
}

/** Reads the answer of a server that has the shape of the product's schema. */
export const normaliseShape: Normalise = (query, body) => {
  const { contact, contacts, contactsByExternalId, contactSuggestions, account } = dataOf<Data>(body)
  const found = {
    Q1: contact && [contact],
    Q2: contacts?.nodes,
    Q3: contactsByExternalId,
    Q4: contactSuggestions,
    Q5: contacts?.nodes,
    Q6: account?.contacts.nodes,
  }[query]
  return inOrder(query, (found ?? []).map(contactOf))
}

/** Throws if the answer has errors or no data. */
export function dataOf<Data>(body: unknown): Data {
  const { data, errors } = body as { data?: Data; errors?: unknown }
  if (errors !== undefined || data == null) throw new Error(`not an answer: ${JSON.stringify(body).slice(0, 500)}`)
  return data
}

/** Suggestions are ranked by each server in its own way. */
export function inOrder(query: QueryName, contacts: readonly Answered[]): readonly Answered[] {
  return query === 'Q4' ? contacts.toSorted((one, other) => (one.id < other.id ? -1 : 1)) : contacts
}

function contactOf(contact: ContactShape): Answered {
  const { id, handles, account, customFields, hubspot, ...scalars } = contact
  return {
    ...scalars,
    id: rowId(id),
    handles: handles.map(({ source, value }) => `${source} ${value}`).toSorted(),
    account: account && { id: rowId(account.id), name: account.name },
    customFields: withoutNulls(Object.fromEntries(customFields.map(({ key, value }) => [key, value]))),
    hubspot: hubspot && { recordId: hubspot.recordId, state: hubspot.state, url: hubspot.url },
  }
}

/** Empty values are null for some servers and missing for others. */
export function withoutNulls(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null))
}

/** The id of the row within a global id. Other ids are returned unchanged. */
export function rowId(id: string): string {
  return /^[0-9a-f-]{36}$/.test(id) ? id : (Buffer.from(id, 'base64').toString().split(':')[1] ?? id)
}
