import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { lastSyncedAt } from '../../src/sync/last-synced-at.ts'
import type { Contact, RecordError, Store, StoredError } from './world.ts'
import { createdKey } from './world.ts'

/** Of links that were there before the first run. */
const beforeAllRuns = new Date('2026-01-01T00:00:00Z')

/** The contacts of one workspace in the database, in the terms of a world. */
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
    const { prisma } = this.#database
    const former = new Map(before.contacts.map((contact) => [contact.key, contact]))
    const kept = new Set(after.contacts.map(({ key }) => key))
    const goneIds = [...former.keys()].filter((key) => !kept.has(key)).map((key) => this.#idOf(key))
    if (goneIds.length > 0) await prisma.contact.deleteMany({ where: { id: { in: goneIds } } })

    const added = after.contacts.filter(({ key }) => !former.has(key))
    if (added.length > 0) await prisma.contact.createMany({ data: added.map((contact) => this.#contactRow(contact)) })
    const handles = after.contacts.flatMap((contact) =>
      contact.handles
        .filter((handle) => !former.get(contact.key)?.handles.includes(handle))
        .map((handle) => ({
          workspaceId: this.#workspaceId,
          contactId: this.#idOf(contact.key),
          isPrivate: contact.isPrivate,
          ...handle,
        })),
    )
    if (handles.length > 0) await prisma.contactHandle.createMany({ data: handles })
    const links = added.flatMap(({ key, link }) =>
      link ? [{ workspaceId: this.#workspaceId, contactId: this.#idOf(key), syncedAt: beforeAllRuns, ...link }] : [],
    )
    if (links.length > 0) {
      await prisma.contactLink.createMany({ data: links.map(({ syncedInRun, ...link }) => link) })
    }
  }

  /** Contacts that the run just made get their keys here. */
  async read(): Promise<Store> {
    const { prisma } = this.#database
    const where = { workspaceId: this.#workspaceId }
    const [contacts, errors, runs] = await Promise.all([
      prisma.contact.findMany({ where, include: { handles: true, link: true } }),
      prisma.syncError.findMany({ where }),
      prisma.syncRun.findMany({ where, orderBy: { createdAt: 'asc' } }),
    ])
    const lastFinishedAt = runs.at(-1)?.finishedAt ?? null
    for (const { id, link } of contacts) {
      if (!this.#keyById.has(id)) this.#name(id, createdKey(link?.hubspotId ?? 0n, this.#runIds.length))
    }
    const runAt = (time: Date) => runs.findLastIndex(({ startedAt }) => startedAt !== null && startedAt <= time) + 1
    const runIdAt = (time: Date) => this.#runIds[runAt(time) - 1]
    return {
      contacts: contacts.map(({ id, handles, link, privateOwnerId, ...contact }) => ({
        key: this.#keyOf(id),
        isPrivate: privateOwnerId !== null,
        externalId: contact.externalId,
        name: contact.name,
        description: contact.description,
        links: contact.links,
        customFields: contact.customFields as Contact['customFields'],
        handles: handles.map(({ source, value, fromHubspot }) => ({ source, value, fromHubspot })),
        link: link && {
          hubspotId: link.hubspotId,
          state: link.state,
          isHeld: link.isHeld,
          syncedInRun: runAt(lastSyncedAt(link, lastFinishedAt)),
        },
      })),
      // Where a run keeps what it tries again, errors come and go that nobody was ever to see (B51).
      errors: errors
        .filter(({ resolvedAt, firstRunId }) => !resolvedAt || runIdAt(resolvedAt) !== firstRunId)
        .map((error) => ({
          hubspotId: error.hubspotId,
          type: error.type as RecordError['type'],
          property: error.property,
          contact: error.contactId && this.#keyOf(error.contactId),
          heldBy: error.heldByContactId && this.#keyOf(error.heldByContactId),
          heldByHubspotId: error.heldByHubspotId,
          status: error.status as StoredError['status'],
          firstRun: this.#runIds.indexOf(error.firstRunId) + 1,
          lastRun: this.#runIds.indexOf(error.lastRunId) + 1,
        })),
    }
  }

  /** Changes with every write to a row of a contact, whether or not it changes a value. */
  async rowVersions(): Promise<unknown[]> {
    const { rows } = await this.#database.pool.query(
      `SELECT 'contact', id::text, xmin::text FROM contact WHERE workspace_id = $1
       UNION ALL SELECT 'handle', contact_id || value, xmin::text FROM contact_handle WHERE workspace_id = $1
       UNION ALL SELECT 'link', contact_id::text, xmin::text FROM contact_link WHERE workspace_id = $1
       ORDER BY 1, 2`,
      [this.#workspaceId],
    )
    return rows
  }

  #contactRow({ key, isPrivate, handles, link, links, customFields, ...contact }: Contact) {
    const id = randomUUID()
    this.#name(id, key)
    return {
      id,
      workspaceId: this.#workspaceId,
      privateOwnerId: isPrivate ? randomUUID() : null,
      links: [...links],
      customFields,
      ...contact,
    }
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
