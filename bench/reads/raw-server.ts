import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  authenticate,
  type ContactRow,
  hubspotUrl,
  openPool,
  type Session,
  shapeOf,
  suggestedIds,
  tellPort,
} from './peer.ts'
import type { Asked, QueryName } from './queries.ts'

/** The least that a read can cost in Node: one prepared statement for the token, one for the contacts, and JSON. */

const pool = openPool()

const listColumns = 'contact.id, contact.external_id, contact.name, contact.account_id, contact.custom_fields'

const contacts = (condition: string, order = 'contact.id', columns = listColumns) => `
  SELECT ${columns}, account.name AS account_name, link.hubspot_id, link.state, portal.ui_domain, portal.portal_id,
    (SELECT coalesce(json_agg(json_build_object('source', source, 'value', value) ORDER BY source, value), '[]')
     FROM contact_handle WHERE contact_id = contact.id) AS handles,
    (SELECT coalesce(json_agg(key ORDER BY created_at, id), '[]') FROM custom_field
     WHERE workspace_id = $1::uuid AND object_type = 'CONTACT') AS keys
  FROM contact
  LEFT JOIN account ON account.id = contact.account_id
  LEFT JOIN contact_link AS link ON link.contact_id = contact.id
  LEFT JOIN hubspot_connection AS portal ON portal.workspace_id = contact.workspace_id
  WHERE contact.workspace_id = $1::uuid AND (contact.private_owner_id IS NULL OR contact.private_owner_id = $2::uuid)
    AND ${condition} ORDER BY ${order}`

type Statements = { readonly [Q in QueryName]: { text: string; values: (asked: Asked[Q]) => readonly unknown[] } }

const statements: Statements = {
  Q1: { text: contacts('contact.external_id = $3', '1', 'contact.*'), values: ({ externalId }) => [externalId] },
  Q2: { text: `${contacts('true')} LIMIT $3`, values: ({ first }) => [first] },
  Q3: {
    text: contacts('contact.external_id = ANY ($3::text[])', 'array_position($3::text[], contact.external_id)'),
    values: ({ externalIds }) => [externalIds],
  },
  Q4: {
    text: contacts(`contact.id IN (${suggestedIds})`),
    values: ({ text, first }) => [text.toLowerCase(), first],
  },
  Q5: {
    text: `${contacts('contact.custom_fields @> $3::jsonb')} LIMIT $4`,
    values: ({ key, value, first }) => [JSON.stringify({ [key]: value }), first],
  },
  Q6: {
    text: `${contacts('contact.account_id = $3::uuid')} LIMIT $4`,
    values: ({ accountId, first }) => [accountId, first],
  },
}

interface Row extends ContactRow {
  readonly account_name: string
  readonly hubspot_id: string | null
  readonly state: string
  readonly ui_domain: string
  readonly portal_id: string
  readonly handles: readonly unknown[]
  readonly keys: readonly string[]
}

async function answer<Q extends QueryName>(query: Q, asked: Asked[Q], { workspaceId, userId }: Session) {
  const { text, values } = statements[query]
  const { rows } = await pool.query<Row>({ name: query, text, values: [workspaceId, userId, ...values(asked)] })
  const found = rows.map((row) => ({
    ...(query === 'Q1' ? shapeOf(row) : { id: row.id, externalId: row.external_id, name: row.name }),
    handles: row.handles,
    account: row.account_id && { id: row.account_id, name: row.account_name },
    customFields: row.keys.map((key) => ({ key, value: row.custom_fields[key] ?? null })),
    hubspot: row.hubspot_id && {
      recordId: row.hubspot_id,
      state: row.state,
      url: hubspotUrl(row, row.hubspot_id),
    },
  }))
  const data = {
    Q1: { contact: found[0] },
    Q2: { contacts: { nodes: found } },
    Q3: { contactsByExternalId: found },
    Q4: { contactSuggestions: found },
    Q5: { contacts: { nodes: found } },
    Q6: { account: { contacts: { nodes: found } } },
  }[query]
  return JSON.stringify({ data })
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    try {
      const session = await authenticate(pool, request.headers.authorization)
      const { query, variables } = JSON.parse(String(Buffer.concat(chunks)))
      const body = await answer(query as QueryName, variables, session)
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
})
server.listen(0, '127.0.0.1', () => tellPort((server.address() as AddressInfo).port))
