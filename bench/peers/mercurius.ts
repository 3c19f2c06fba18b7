import Fastify from 'fastify'
import mercurius from 'mercurius'
import {
  authenticate,
  type ContactRow,
  hubspotUrl,
  openPool,
  type Session,
  shapeOf,
  suggestedIds,
  tellPort,
} from '../reads/peer.ts'

/** Mercurius with its just-in-time compiler: SQL by hand, and a loader for each relation. */

const pool = openPool()

const schema = `
  scalar JSON
  type Handle { source: String! value: String! }
  type Account { id: ID! name: String! contacts(first: Int!): ContactConnection! }
  type CustomFieldValue { key: String! value: JSON }
  type HubSpotLink { recordId: String! state: String! url: String }
  type Contact {
    id: ID! externalId: String name: String! description: String! avatarUrl: String isPrivate: Boolean!
    links: [String!]! handles: [Handle!]! account: Account customFields: [CustomFieldValue!]! hubspot: HubSpotLink
    createdAt: String! updatedAt: String!
  }
  type ContactConnection { nodes: [Contact!]! }
  input ContactBy { externalId: String! }
  input AccountBy { id: ID! }
  input TextFilter { eq: String! }
  input CustomFieldFilter { key: String! text: TextFilter! }
  input ContactFilter { customFields: [CustomFieldFilter!] }
  type Query {
    contact(by: ContactBy!): Contact
    contacts(first: Int!, filter: ContactFilter): ContactConnection!
    contactsByExternalId(externalIds: [String!]!): [Contact]!
    contactSuggestions(query: String!, first: Int!): [Contact!]!
    account(by: AccountBy!): Account
  }`

const visible = 'workspace_id = $1::uuid AND (private_owner_id IS NULL OR private_owner_id = $2::uuid)'

async function findContacts({ workspaceId, userId }: Session, name: string, condition: string, values: unknown[]) {
  const { rows } = await pool.query<ContactRow>({
    name,
    text: `SELECT * FROM contact WHERE ${visible} AND ${condition}`,
    values: [workspaceId, userId, ...values],
  })
  return rows.map((row) => ({ ...shapeOf(row), accountId: row.account_id, values: row.custom_fields }))
}

type Found = Awaited<ReturnType<typeof findContacts>>[number]
type Queries<Parent> = readonly { readonly obj: Parent; readonly params: { readonly first: number } }[]

const resolvers = {
  Query: {
    contact: async (_root: unknown, { by }: { by: { externalId: string } }, session: Session) =>
      (await findContacts(session, 'contact', 'external_id = $3', [by.externalId]))[0] ?? null,
    contacts: async (_root: unknown, { first, filter }: ContactsArgs, session: Session) => {
      const values = Object.fromEntries((filter?.customFields ?? []).map(({ key, text }) => [key, text.eq]))
      const nodes = filter
        ? await findContacts(session, 'filtered', 'custom_fields @> $3::jsonb ORDER BY id LIMIT $4', [values, first])
        : await findContacts(session, 'contacts', 'true ORDER BY id LIMIT $3', [first])
      return { nodes }
    },
    contactsByExternalId: async (_root: unknown, { externalIds }: { externalIds: string[] }, session: Session) => {
      const found = await findContacts(session, 'known', 'external_id = ANY ($3::text[])', [externalIds])
      const byId = new Map(found.map((contact) => [contact.externalId, contact]))
      return externalIds.map((id) => byId.get(id) ?? null)
    },
    contactSuggestions: (_root: unknown, args: { query: string; first: number }, session: Session) =>
      findContacts(session, 'suggestions', `id IN (${suggestedIds})`, [args.query.toLowerCase(), args.first]),
    account: async (_root: unknown, { by }: { by: { id: string } }, { workspaceId }: Session) => {
      const text = 'SELECT id, name FROM account WHERE workspace_id = $1 AND id = $2'
      const { rows } = await pool.query({ name: 'account', text, values: [workspaceId, by.id] })
      return rows[0] ?? null
    },
  },
}

interface ContactsArgs {
  readonly first: number
  readonly filter?: {
    readonly customFields: readonly { readonly key: string; readonly text: { readonly eq: string } }[]
  }
}

const loaders = {
  Contact: {
    handles: async (queries: Queries<Found>) => {
      const text =
        'SELECT contact_id, source, value FROM contact_handle WHERE contact_id = ANY ($1) ORDER BY source, value'
      const { rows } = await pool.query({ name: 'handles', text, values: [queries.map(({ obj }) => obj.id)] })
      const of = groupBy(rows)
      return queries.map(({ obj }) => of.get(obj.id) ?? [])
    },
    account: async (queries: Queries<Found>) => {
      const text = 'SELECT id, name FROM account WHERE id = ANY ($1)'
      const ids = [...new Set(queries.map(({ obj }) => obj.accountId))]
      const { rows } = await pool.query({ name: 'accounts', text, values: [ids] })
      const of = new Map(rows.map((row) => [row.id, row]))
      return queries.map(({ obj }) => of.get(obj.accountId) ?? null)
    },
    hubspot: async (queries: Queries<Found>, { workspaceId }: Session) => {
      const text = `SELECT contact_id, hubspot_id, state, ui_domain, portal_id FROM contact_link
        JOIN hubspot_connection USING (workspace_id) WHERE workspace_id = $1 AND contact_id = ANY ($2)`
      const { rows } = await pool.query({
        name: 'links',
        text,
        values: [workspaceId, queries.map(({ obj }) => obj.id)],
      })
      const of = new Map(rows.map((row) => [row.contact_id, row]))
      return queries.map(({ obj }) => {
        const row = of.get(obj.id)
        return row ? { recordId: row.hubspot_id, state: row.state, url: hubspotUrl(row, row.hubspot_id) } : null
      })
    },
    customFields: async (queries: Queries<Found>, { workspaceId }: Session) => {
      const text = `SELECT key FROM custom_field WHERE workspace_id = $1 AND object_type = 'CONTACT' ORDER BY created_at, id`
      const { rows } = await pool.query({ name: 'fields', text, values: [workspaceId] })
      return queries.map(({ obj }) => rows.map(({ key }) => ({ key, value: obj.values[key] ?? null })))
    },
  },
  Account: {
    contacts: (queries: Queries<{ id: string }>, session: Session) =>
      Promise.all(
        queries.map(async ({ obj, params: { first } }) => ({
          nodes: await findContacts(session, 'ofAccount', 'account_id = $3 ORDER BY id LIMIT $4', [obj.id, first]),
        })),
      ),
  },
}

function groupBy(rows: { contact_id: string }[]) {
  const groups = new Map<string, { contact_id: string }[]>()
  for (const row of rows) {
    const group = groups.get(row.contact_id)
    if (group === undefined) groups.set(row.contact_id, [row])
    else group.push(row)
  }
  return groups
}

const app = Fastify()
app.register(mercurius, {
  schema,
  resolvers,
  loaders,
  jit: 1,
  context: (request: { headers: { authorization?: string } }) => authenticate(pool, request.headers.authorization),
} as never)
const address = await app.listen({ port: 0, host: '127.0.0.1' })
tellPort(Number(new URL(address).port))
