import type { Viewer } from '../auth/viewer.ts'
import { type Database, inTransaction, type Queryable } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { KeepResult } from '../database/once-per-key.ts'
import { withCustomFields } from '../records/custom-field-values.ts'
import { ownValue } from '../records/own-value.ts'
import { refuseOwnedFields } from '../records/refuse-owned-fields.ts'
import { customField } from '../records/synced-fields.ts'
import { DomainTakenError, InvalidInputError } from '../user-errors.ts'
import { lockAccounts } from './account-lock.ts'
import { type AccountInput, type AccountValues, checkAccount } from './account-values.ts'
import { type EditedAccount, findEditedAccount } from './edited-account.ts'

type Context = { readonly database: Pick<Database, 'pool'> }

/**
 * Creates an account and returns its id. `keep` stores the id in the same transaction. Throws InvalidInputError and
 * DomainTakenError; nothing is written then.
 */
export async function createAccount(
  { database }: Context,
  viewer: Viewer,
  given: AccountInput,
  keep?: KeepResult,
): Promise<string> {
  const { workspaceId } = viewer
  return inTransaction(database.pool, async (client) => {
    await lockAccounts(client, workspaceId)
    // Created while the lock is held, so that ids rise in the order of creation.
    const id = newId()
    const values = await checkAccount(client, workspaceId, given)
    const nothing = { externalId: null, name: '', description: '', customFields: {}, domains: [], tie: null }
    const account = edit({ id, ...nothing }, values)
    await requireFreeExternalId(client, workspaceId, account)
    await client.query(
      `INSERT INTO account (workspace_id, id, external_id, name, description, custom_fields)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [workspaceId, ...columns(account)],
    )
    await addDomains(client, workspaceId, id, values.domains ?? [])
    await keep?.(client, id)
    return id
  })
}

/**
 * Changes the given fields and leaves the others. Throws NotFoundError, InvalidInputError, DomainTakenError, and
 * HubSpotOwnedFieldError (B42), also if a domain that the sync wrote would be removed; nothing is written then.
 */
export async function updateAccount(
  { database }: Context,
  viewer: Viewer,
  id: string,
  given: AccountInput,
): Promise<void> {
  const { workspaceId } = viewer
  await inTransaction(database.pool, async (client) => {
    await lockAccounts(client, workspaceId)
    const before = await findEditedAccount(client, viewer, id)
    const values = await checkAccount(client, workspaceId, given)
    const after = edit(before, values)
    const { domains = before.domains.map(({ domain }) => domain) } = values
    const removed = before.domains.filter(({ domain }) => !domains.includes(domain))
    const added = domains.filter((domain) => !before.domains.some((held) => held.domain === domain))
    const isOwnedRemoved = removed.some(({ fromHubspot }) => fromHubspot)
    const written = [...writtenFields(before, after), ...(isOwnedRemoved ? ['domains'] : [])]
    if (written.length + removed.length + added.length === 0) return
    await refuseOwnedFields(client, workspaceId, 'ACCOUNT', before.tie, ({ field }) => written.includes(field))
    await requireFreeExternalId(client, workspaceId, after)
    await client.query(
      `UPDATE account SET updated_at = now(), external_id = $3, name = $4, description = $5, custom_fields = $6
       WHERE workspace_id = $1 AND id = $2`,
      [workspaceId, ...columns(after)],
    )
    await client.query('DELETE FROM account_domain WHERE workspace_id = $1 AND account_id = $2 AND domain = ANY ($3)', [
      workspaceId,
      id,
      removed.map(({ domain }) => domain),
    ])
    await addDomains(client, workspaceId, id, added)
    // If HubSpot has a removed domain too, the next run brings it back as HubSpot's.
    if (removed.length > 0) {
      await client.query('UPDATE account_link SET row_hash = NULL WHERE workspace_id = $1 AND account_id = $2', [
        workspaceId,
        id,
      ])
    }
  })
}

function edit(account: EditedAccount, { name, description, externalId, customFields }: AccountValues): EditedAccount {
  return {
    ...account,
    name: name ?? account.name,
    description: description ?? account.description,
    externalId: externalId === undefined ? account.externalId : externalId,
    customFields: withCustomFields(account.customFields, customFields),
  }
}

/** The fields that differ, with their names in the API. Domains are compared one by one. */
function writtenFields(before: EditedAccount, after: EditedAccount): string[] {
  const written = (['name', 'description', 'externalId'] as const).filter((field) => before[field] !== after[field])
  const keys = new Set([...Object.keys(before.customFields), ...Object.keys(after.customFields)])
  const values = [...keys].filter((key) => ownValue(before.customFields, key) !== ownValue(after.customFields, key))
  return [...written, ...values.map(customField)]
}

const columns = (account: EditedAccount) => [
  account.id,
  account.externalId,
  account.name,
  account.description,
  JSON.stringify(account.customFields),
]

async function addDomains(client: Queryable, workspaceId: string, id: string, domains: readonly string[]) {
  if (domains.length === 0) return
  const { rows } = await client.query<{ domain: string; id: string; name: string }>(
    `SELECT domain, account.id, account.name FROM account_domain JOIN account ON account.id = account_id
     WHERE account_domain.workspace_id = $1 AND domain = ANY ($2) ORDER BY domain LIMIT 1`,
    [workspaceId, domains],
  )
  const [taken] = rows
  if (taken !== undefined) throw new DomainTakenError(taken.domain, taken)
  await client.query(
    'INSERT INTO account_domain (workspace_id, account_id, domain) SELECT $1, $2, unnest($3::text[])',
    [workspaceId, id, domains],
  )
}

/** An externalId belongs to one account (B65, I2). */
async function requireFreeExternalId(client: Queryable, workspaceId: string, { id, externalId }: EditedAccount) {
  if (externalId === null) return
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM account WHERE workspace_id = $1 AND external_id = $2 AND id <> $3',
    [workspaceId, externalId, id],
  )
  if (rows[0] === undefined) return
  const message = `The externalId ${externalId} already belongs to "${rows[0].name}".`
  throw new InvalidInputError([{ path: ['externalId'], message }])
}
