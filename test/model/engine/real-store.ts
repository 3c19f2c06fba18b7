import { randomUUID } from 'node:crypto'
import type { Database } from '../../../src/database/database.ts'
import { lastSyncedAt } from '../../../src/sync/runs/last-synced-at.ts'
import {
  type Alias,
  type Contact,
  createdKey,
  type Link,
  type ObjectType,
  type Store,
  type StoredError,
} from '../reference/world.ts'

/** Sync time of links that existed before the first run. */
const beforeAllRuns = new Date('2026-01-01T00:00:00Z')

/**
 * The contacts and accounts of one workspace in the database, in terms of a world. It bypasses the server's own code on
 * purpose, and uses few statements, since thousands of worlds pass through it.
 */
export class RealStore {
  readonly #database: Database
  readonly #workspaceId: string
  readonly #idByKey = new Map<string, string>()
  readonly #keyById = new Map<string, string>()
  readonly #runIds: string[] = []

  constructor(database: Database, workspaceId: string) {
    this.#database = database
    this.#workspaceId = workspaceId
  }

  /** Runs are numbered from 1 in the order in which they are added. */
  addRun(runId: string): void {
    this.#runIds.push(runId)
  }

  /** Makes the edits that lead from one store to the other. */
  async edit(before: Store, after: Store): Promise<void> {
    await this.#delete('contact', before.contacts, after.contacts)
    await this.#delete('account', before.accounts, after.accounts)
    await this.#edit('account', before.accounts, after.accounts)
    await this.#edit('contact', before.contacts, after.contacts)
    await this.#addAliases(after.aliases.filter((alias) => !before.aliases.includes(alias)))
  }

  /** Also assigns keys to the records that the run has just created. */
  async read(): Promise<Store> {
    const { rows } = await this.#database.pool.query<Row>({
      name: 'read-real-store',
      text: `
        SELECT
          (SELECT coalesce(json_agg(json_build_object('id', contact.id, 'externalId', external_id, 'name', name,
             'description', description, 'links', links, 'customFields', custom_fields,
             'account', account_id, 'accountFromHubspot', account_from_hubspot,
             'isPrivate', private_owner_id IS NOT NULL,
             'handles', (SELECT coalesce(json_agg(json_build_object('source', source, 'value', value,
                           'fromHubspot', from_hubspot)), '[]') FROM contact_handle WHERE contact_id = contact.id),
             'link', (SELECT json_build_object('hubspotId', hubspot_id::text, 'state', state, 'isHeld', is_held,
                        'syncedAt', synced_at) FROM contact_link WHERE contact_id = contact.id))), '[]')
           FROM contact WHERE workspace_id = $1) AS contacts,
          (SELECT coalesce(json_agg(json_build_object('id', account.id, 'externalId', external_id, 'name', name,
             'description', description, 'links', '{}'::text[], 'customFields', custom_fields,
             'account', NULL, 'accountFromHubspot', false, 'isPrivate', false,
             'handles', (SELECT coalesce(json_agg(json_build_object('source', 'DOMAIN', 'value', domain,
                           'fromHubspot', from_hubspot)), '[]') FROM account_domain WHERE account_id = account.id),
             'link', (SELECT json_build_object('hubspotId', hubspot_id::text, 'state', state, 'isHeld', is_held,
                        'syncedAt', synced_at) FROM account_link WHERE account_id = account.id))), '[]')
           FROM account WHERE workspace_id = $1) AS accounts,
          (SELECT coalesce(json_agg(json_build_object('objectType', object_type, 'id', hubspot_id::text,
             'mergedInto', merged_into_id::text, 'isPrimary', is_primary)), '[]')
           FROM hubspot_alias WHERE workspace_id = $1) AS aliases,
          (SELECT coalesce(json_agg(sync_error), '[]') FROM sync_error WHERE workspace_id = $1) AS errors,
          (SELECT json_agg(json_build_object('startedAt', started_at, 'finishedAt', finished_at,
             'hasContacts', object_type = 'CONTACT', 'hasAccounts', object_type = 'ACCOUNT' OR with_accounts)
             ORDER BY created_at)
           FROM sync_run WHERE workspace_id = $1) AS runs`,
      values: [this.#workspaceId],
    })
    const [row] = rows
    if (!row) throw new Error('the statement gives one row')
    const runs = row.runs.map((run) => ({
      ...run,
      startedAt: new Date(run.startedAt),
      finishedAt: new Date(run.finishedAt),
    }))
    for (const [objectType, records] of [['ACCOUNT', row.accounts] as const, ['CONTACT', row.contacts] as const]) {
      for (const { id, link } of records) {
        const hubspotId = BigInt(link?.hubspotId ?? 0)
        if (!this.#keyById.has(id)) this.#name(id, createdKey(hubspotId, this.#runIds.length, objectType))
      }
    }
    const runAt = (time: Date) => runs.findLastIndex(({ startedAt }) => startedAt <= time) + 1
    const runOf = (runId: string) => this.#runIds.indexOf(runId) + 1
    const toRecords = (records: RecordJson[], covers: 'hasContacts' | 'hasAccounts'): Contact[] => {
      const lastFinishedAt = runs.findLast((run) => run[covers])?.finishedAt ?? null
      return records.map(({ id, link, account, ...rest }) => ({
        key: this.#keyOf(id),
        ...rest,
        account: account && this.#keyOf(account),
        link: link && toLink(link, (own) => runAt(lastSyncedAt(own, lastFinishedAt))),
      }))
    }
    return {
      contacts: toRecords(row.contacts, 'hasContacts'),
      accounts: toRecords(row.accounts, 'hasAccounts'),
      aliases: row.aliases.map((alias) => ({ ...alias, id: BigInt(alias.id), mergedInto: BigInt(alias.mergedInto) })),
      errors: row.errors.map((error) => {
        const [own, holder] = [
          error.contact_id ?? error.account_id,
          error.held_by_contact_id ?? error.held_by_account_id,
        ]
        return {
          objectType: error.object_type,
          hubspotId: BigInt(error.hubspot_id),
          type: error.type,
          property: error.property,
          contact: own && this.#keyOf(own),
          heldBy: holder && this.#keyOf(holder),
          heldByHubspotId: error.held_by_hubspot_id === null ? null : BigInt(error.held_by_hubspot_id),
          status: error.status,
          firstRun: runOf(error.first_run_id),
          lastRun: runOf(error.last_run_id),
        }
      }),
    }
  }

  /** Changes with every write to the row of a record, whether or not a value changes, and with every new error. */
  async rowVersions(): Promise<unknown[]> {
    const { rows } = await this.#database.pool.query(
      `SELECT 'contact', id::text, xmin::text FROM contact WHERE workspace_id = $1
       UNION ALL SELECT 'account', id::text, xmin::text FROM account WHERE workspace_id = $1
       UNION ALL SELECT 'handle', contact_id || value, xmin::text FROM contact_handle WHERE workspace_id = $1
       UNION ALL SELECT 'domain', domain, xmin::text FROM account_domain WHERE workspace_id = $1
       UNION ALL SELECT 'link', contact_id::text, xmin::text FROM contact_link WHERE workspace_id = $1
       UNION ALL SELECT 'link', account_id::text, xmin::text FROM account_link WHERE workspace_id = $1
       UNION ALL SELECT 'alias', hubspot_id::text, xmin::text FROM hubspot_alias WHERE workspace_id = $1
       UNION ALL SELECT 'error', id::text, NULL FROM sync_error WHERE workspace_id = $1
       ORDER BY 1, 2`,
      [this.#workspaceId],
    )
    return rows
  }

  async #delete(table: 'contact' | 'account', before: readonly Contact[], after: readonly Contact[]): Promise<void> {
    const kept = new Set(after.map(({ key }) => key))
    const gone = before.filter(({ key }) => !kept.has(key)).map(({ key }) => this.#idOf(key))
    if (gone.length === 0) return
    if (table === 'account') {
      // As in the API: contacts that were attached follow HubSpot again.
      await this.#database.pool.query(
        `WITH left_alone AS (
           UPDATE contact SET account_id = NULL, account_from_hubspot = false WHERE account_id = ANY ($1::uuid[])
           RETURNING id
         )
         UPDATE contact_link SET row_hash = NULL FROM left_alone WHERE contact_id = left_alone.id`,
        [gone],
      )
    }
    await this.#database.pool.query(`DELETE FROM ${table} WHERE id = ANY ($1::uuid[])`, [gone])
  }

  /** Adds records and handles, and overwrites values in place. */
  async #edit(table: 'contact' | 'account', before: readonly Contact[], after: readonly Contact[]): Promise<void> {
    const former = new Map(before.map((contact) => [contact.key, contact]))
    const added = after.filter(({ key }) => !former.has(key))
    for (const { key } of added) this.#name(randomUUID(), key)
    const handles = after.flatMap(({ key, isPrivate, handles }) =>
      handles
        .filter((handle) => !former.get(key)?.handles.includes(handle))
        .map((handle) => ({ ...handle, isPrivate, contactId: this.#idOf(key) })),
    )
    if (added.length + handles.length > 0) {
      await (table === 'contact' ? this.#insertContacts(added, handles) : this.#insertAccounts(added, handles))
    }
    for (const record of after) {
      const was = former.get(record.key)
      if (was && was.customFields !== record.customFields) await this.#annotate(table, record)
      const isAsBefore = was?.account === record.account && was?.accountFromHubspot === record.accountFromHubspot
      // Deleting an account has already detached its contacts.
      if (record.account !== null && !isAsBefore) await this.#attach(record)
    }
  }

  async #annotate(table: 'contact' | 'account', { key, customFields }: Contact): Promise<void> {
    const values = [this.#idOf(key), JSON.stringify(customFields)]
    await this.#database.pool.query(`UPDATE ${table} SET custom_fields = $2 WHERE id = $1`, values)
  }

  async #attach({ key, account, accountFromHubspot }: Contact): Promise<void> {
    await this.#database.pool.query('UPDATE contact SET account_id = $2, account_from_hubspot = $3 WHERE id = $1', [
      this.#idOf(key),
      account && this.#idOf(account),
      accountFromHubspot,
    ])
  }

  async #addAliases(aliases: readonly Alias[]): Promise<void> {
    if (aliases.length === 0) return
    await this.#database.pool.query(
      `INSERT INTO hubspot_alias (workspace_id, object_type, hubspot_id, merged_into_id, is_primary)
       SELECT $1, * FROM unnest($2::object_type[], $3::bigint[], $4::bigint[], $5::boolean[])`,
      [
        this.#workspaceId,
        aliases.map(({ objectType }) => objectType),
        aliases.map(({ id }) => id),
        aliases.map(({ mergedInto }) => mergedInto),
        aliases.map(({ isPrimary }) => isPrimary),
      ],
    )
  }

  async #insertContacts(contacts: readonly Contact[], handles: readonly object[]): Promise<void> {
    await this.#database.pool.query({
      name: 'insert-into-real-store',
      text: `
        WITH row AS (
          SELECT * FROM jsonb_to_recordset($2) AS row (id uuid, "externalId" text, name text, description text,
            links text[], "customFields" jsonb, "privateOwnerId" uuid, link jsonb)
        ), made AS (
          INSERT INTO contact
            (workspace_id, id, external_id, name, description, links, custom_fields, private_owner_id)
          SELECT $1, id, "externalId", name, description, links, "customFields", "privateOwnerId" FROM row
        ), linked AS (
          INSERT INTO contact_link (workspace_id, contact_id, synced_at, hubspot_id, state, is_held)
          SELECT $1, id, $4, (link ->> 'hubspotId')::bigint, (link ->> 'state')::link_state, (link ->> 'isHeld')::boolean
          FROM row WHERE jsonb_typeof(link) = 'object'
        )
        INSERT INTO contact_handle (workspace_id, contact_id, source, value, from_hubspot, is_private)
        SELECT $1, * FROM jsonb_to_recordset($3) AS handle ("contactId" uuid, source handle_source, value text,
          "fromHubspot" boolean, "isPrivate" boolean)`,
      values: [this.#workspaceId, this.#rowsOf(contacts), JSON.stringify(handles), beforeAllRuns],
    })
  }

  async #insertAccounts(accounts: readonly Contact[], domains: readonly object[]): Promise<void> {
    await this.#database.pool.query({
      name: 'insert-accounts-into-real-store',
      text: `
        WITH row AS (
          SELECT * FROM jsonb_to_recordset($2) AS row (id uuid, "externalId" text, name text, description text,
            "customFields" jsonb, link jsonb)
        ), made AS (
          INSERT INTO account (workspace_id, id, external_id, name, description, custom_fields)
          SELECT $1, id, "externalId", name, description, "customFields" FROM row
        ), linked AS (
          INSERT INTO account_link (workspace_id, account_id, synced_at, hubspot_id, state, is_held)
          SELECT $1, id, $4, (link ->> 'hubspotId')::bigint, (link ->> 'state')::link_state, (link ->> 'isHeld')::boolean
          FROM row WHERE jsonb_typeof(link) = 'object'
        )
        INSERT INTO account_domain (workspace_id, account_id, domain, from_hubspot)
        SELECT $1, * FROM jsonb_to_recordset($3) AS domain ("contactId" uuid, value text, "fromHubspot" boolean)`,
      values: [this.#workspaceId, this.#rowsOf(accounts), JSON.stringify(domains), beforeAllRuns],
    })
  }

  #rowsOf(records: readonly Contact[]): string {
    return JSON.stringify(
      records.map(({ link, ...record }) => ({
        ...record,
        id: this.#idOf(record.key),
        privateOwnerId: record.isPrivate ? randomUUID() : null,
        link: link && { ...link, hubspotId: String(link.hubspotId), syncedInRun: undefined },
      })),
    )
  }

  #name(id: string, key: string): void {
    this.#idByKey.set(key, id)
    this.#keyById.set(id, key)
  }

  #idOf(key: string): string {
    const id = this.#idByKey.get(key)
    if (id === undefined) throw new Error(`nothing was ever called ${key}`)
    return id
  }

  #keyOf(id: string): string {
    return this.#keyById.get(id) ?? `unknown ${id}`
  }
}

type OwnLink = Pick<Link, 'state' | 'isHeld'> & { readonly syncedAt: Date }

function toLink({ hubspotId, state, isHeld, syncedAt }: LinkJson, runOf: (link: OwnLink) => number): Link {
  return {
    hubspotId: BigInt(hubspotId),
    state,
    isHeld,
    syncedInRun: runOf({ state, isHeld, syncedAt: new Date(syncedAt) }),
  }
}

interface Row {
  readonly contacts: RecordJson[]
  readonly accounts: RecordJson[]
  readonly aliases: (Omit<Alias, 'id' | 'mergedInto'> & { readonly id: string; readonly mergedInto: string })[]
  readonly errors: ErrorJson[]
  readonly runs: RunJson[]
}

interface RecordJson extends Omit<Contact, 'key' | 'link'> {
  readonly id: string
  readonly link: LinkJson | null
}

interface LinkJson extends Pick<Link, 'state' | 'isHeld'> {
  readonly hubspotId: string
  readonly syncedAt: string
}

interface ErrorJson extends Pick<StoredError, 'type' | 'property' | 'status'> {
  readonly object_type: ObjectType
  readonly hubspot_id: number
  readonly contact_id: string | null
  readonly account_id: string | null
  readonly held_by_contact_id: string | null
  readonly held_by_account_id: string | null
  readonly held_by_hubspot_id: number | null
  readonly first_run_id: string
  readonly last_run_id: string
}

interface RunJson {
  readonly startedAt: string
  readonly finishedAt: string
  readonly hasContacts: boolean
  readonly hasAccounts: boolean
}
