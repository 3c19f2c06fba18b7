import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { lastSyncedAt } from '../../src/sync/last-synced-at.ts'
import { type Contact, createdKey, type Link, type Store, type StoredError } from './world.ts'

/** Of links that were there before the first run. */
const beforeAllRuns = new Date('2026-01-01T00:00:00Z')

/**
 * The contacts of one workspace in the database, in the terms of a world. Goes past the server's own code on purpose, and
 * with few statements, since thousands of worlds pass through here.
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

  /** Runs are numbered from 1 in the order in which they are made known. */
  addRun(runId: string): void {
    this.#runIds.push(runId)
  }

  /** Makes the edits that lead from one store to the other: contacts that come or go, and handles that are added. */
  async edit(before: Store, after: Store): Promise<void> {
    const former = new Map(before.contacts.map((contact) => [contact.key, contact]))
    const kept = new Set(after.contacts.map(({ key }) => key))
    const gone = [...former.keys()].filter((key) => !kept.has(key))
    const added = after.contacts.filter(({ key }) => !former.has(key))
    for (const { key } of added) this.#name(randomUUID(), key)
    const handles = after.contacts.flatMap(({ key, isPrivate, handles }) =>
      handles
        .filter((handle) => !former.get(key)?.handles.includes(handle))
        .map((handle) => ({ ...handle, isPrivate, contactId: this.#idOf(key) })),
    )
    if (gone.length > 0) {
      await this.#database.pool.query('DELETE FROM contact WHERE id = ANY ($1::uuid[])', [
        gone.map((key) => this.#idOf(key)),
      ])
    }
    if (added.length + handles.length > 0) await this.#insert(added, handles)
  }

  /** Contacts that the run just made get their keys here. */
  async read(): Promise<Store> {
    const { rows } = await this.#database.pool.query<{ contacts: ContactJson[]; errors: ErrorJson[]; runs: RunJson[] }>(
      {
        name: 'read-real-store',
        text: `
        SELECT
          (SELECT coalesce(json_agg(json_build_object('id', contact.id, 'externalId', external_id, 'name', name,
             'description', description, 'links', links, 'customFields', custom_fields,
             'isPrivate', private_owner_id IS NOT NULL,
             'handles', (SELECT coalesce(json_agg(json_build_object('source', source, 'value', value,
                           'fromHubspot', from_hubspot)), '[]') FROM contact_handle WHERE contact_id = contact.id),
             'link', (SELECT json_build_object('hubspotId', hubspot_id::text, 'state', state, 'isHeld', is_held,
                        'syncedAt', synced_at) FROM contact_link WHERE contact_id = contact.id))), '[]')
           FROM contact WHERE workspace_id = $1) AS contacts,
          (SELECT coalesce(json_agg(sync_error), '[]') FROM sync_error WHERE workspace_id = $1) AS errors,
          (SELECT json_agg(json_build_object('startedAt', started_at, 'finishedAt', finished_at) ORDER BY created_at)
           FROM sync_run WHERE workspace_id = $1) AS runs`,
        values: [this.#workspaceId],
      },
    )
    const [row] = rows
    if (!row) throw new Error('the statement gives one row')
    const { contacts, errors } = row
    const runs = row.runs.map((run) => ({ startedAt: new Date(run.startedAt), finishedAt: new Date(run.finishedAt) }))
    const runAt = (time: Date) => runs.findLastIndex(({ startedAt }) => startedAt <= time) + 1
    const runOf = (runId: string) => this.#runIds.indexOf(runId) + 1
    const lastFinishedAt = runs.at(-1)?.finishedAt ?? null

    for (const { id, link } of contacts) {
      if (!this.#keyById.has(id)) this.#name(id, createdKey(BigInt(link?.hubspotId ?? 0), this.#runIds.length))
    }
    const toLink = ({ hubspotId, state, isHeld, syncedAt }: LinkJson): Link => ({
      hubspotId: BigInt(hubspotId),
      state,
      isHeld,
      syncedInRun: runAt(lastSyncedAt({ state, isHeld, syncedAt: new Date(syncedAt) }, lastFinishedAt)),
    })
    return {
      contacts: contacts.map(({ id, link, ...rest }) => ({
        key: this.#keyOf(id),
        ...rest,
        link: link && toLink(link),
      })),
      errors: errors.map((error) => ({
        hubspotId: BigInt(error.hubspot_id),
        type: error.type,
        property: error.property,
        contact: error.contact_id && this.#keyOf(error.contact_id),
        heldBy: error.held_by_contact_id && this.#keyOf(error.held_by_contact_id),
        heldByHubspotId: error.held_by_hubspot_id === null ? null : BigInt(error.held_by_hubspot_id),
        status: error.status,
        firstRun: runOf(error.first_run_id),
        lastRun: runOf(error.last_run_id),
      })),
    }
  }

  /** Changes with every write to a row of a contact, whether or not it changes a value, and with every new error. */
  async rowVersions(): Promise<unknown[]> {
    const { rows } = await this.#database.pool.query(
      `SELECT 'contact', id::text, xmin::text FROM contact WHERE workspace_id = $1
       UNION ALL SELECT 'handle', contact_id || value, xmin::text FROM contact_handle WHERE workspace_id = $1
       UNION ALL SELECT 'link', contact_id::text, xmin::text FROM contact_link WHERE workspace_id = $1
       UNION ALL SELECT 'error', id::text, NULL FROM sync_error WHERE workspace_id = $1
       ORDER BY 1, 2`,
      [this.#workspaceId],
    )
    return rows
  }

  async #insert(contacts: readonly Contact[], handles: readonly object[]): Promise<void> {
    const rows = contacts.map(({ link, ...contact }) => ({
      ...contact,
      id: this.#idOf(contact.key),
      privateOwnerId: contact.isPrivate ? randomUUID() : null,
      link: link && { ...link, hubspotId: String(link.hubspotId), syncedInRun: undefined },
    }))
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
      values: [this.#workspaceId, JSON.stringify(rows), JSON.stringify(handles), beforeAllRuns],
    })
  }

  #name(id: string, key: string): void {
    this.#idByKey.set(key, id)
    this.#keyById.set(id, key)
  }

  #idOf(key: string): string {
    const id = this.#idByKey.get(key)
    if (id === undefined) throw new Error(`no contact was ever called ${key}`)
    return id
  }

  #keyOf(id: string): string {
    return this.#keyById.get(id) ?? `unknown contact ${id}`
  }
}

interface ContactJson extends Omit<Contact, 'key' | 'link'> {
  readonly id: string
  readonly link: LinkJson | null
}

interface LinkJson extends Pick<Link, 'state' | 'isHeld'> {
  readonly hubspotId: string
  readonly syncedAt: string
}

interface ErrorJson extends Pick<StoredError, 'type' | 'property' | 'status'> {
  readonly hubspot_id: number
  readonly contact_id: string | null
  readonly held_by_contact_id: string | null
  readonly held_by_hubspot_id: number | null
  readonly first_run_id: string
  readonly last_run_id: string
}

interface RunJson {
  readonly startedAt: string
  readonly finishedAt: string
}
