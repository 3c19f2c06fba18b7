import type { Owner } from '../seed/owners.ts'
import type { ContactList, ProcessingType } from './contact-list.ts'
import { type CrmRecord, editedRecord, type ObjectType, type PropertyValues } from './crm-record.ts'
import { mergeRecords } from './merge-records.ts'
import type { PortalChange, PortalChangeWithoutTime } from './portal-change.ts'
import { DEFAULT_SETTINGS, type PortalOptions, type PortalSettings, withGiven } from './portal-settings.ts'
import { emptyWorld, type PortalWorld, seededWorld } from './portal-world.ts'
import { type PropertyDefinition, propertyDefinition } from './property-definitions.ts'

export type RecordId = string | number

export interface RecordToPut {
  /** Used if it is free. Default: a new ascending id. */
  id?: RecordId
  properties: PropertyValues
}

export interface ListToPut {
  listId?: string
  name?: string
  objectTypeId?: string
  processingType?: ProcessingType
  processingStatus?: ContactList['processingStatus']
  members?: readonly RecordId[] | 'all-contacts'
}

export interface RecordView {
  id: string
  properties: PropertyValues
  archived: boolean
}

/** One HubSpot account, which can be changed freely while a client reads it over HTTP. All ids are HubSpot's. */
export class SimulatedPortal {
  readonly hubId: number
  readonly #clock: () => number
  readonly #listeners = new Set<(change: PortalChange) => void>()
  #settings: PortalSettings
  #world: PortalWorld

  constructor(hubId: number, options: PortalOptions, clock: () => number) {
    this.hubId = hubId
    this.#clock = clock
    this.#settings = withGiven(DEFAULT_SETTINGS, options)
    this.#world = options.empty
      ? emptyWorld()
      : seededWorld(options.seed ?? 1, options.contacts ?? 1000, options.companies ?? 100)
  }

  get world(): PortalWorld {
    return this.#world
  }

  get settings(): PortalSettings {
    return this.#settings
  }

  /** Sets limits, latency, scopes, and the like, from the next call on. */
  configure(changes: Partial<PortalSettings>): void {
    this.#settings = withGiven(this.#settings, changes)
  }

  /** Resets the portal to one without records and lists. Settings, tokens, and listeners stay. */
  reset(): void {
    this.#world = emptyWorld()
  }

  /** Calls back after every change, when the new state can be read. Returns a function that stops it. */
  onChange(listener: (change: PortalChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  contact = (id: RecordId): RecordView | undefined => this.#view('contacts', id)
  company = (id: RecordId): RecordView | undefined => this.#view('companies', id)
  putContact = (record: RecordToPut): string => this.#put('contacts', record)
  putCompany = (record: RecordToPut): string => this.#put('companies', record)
  archiveContact = (id: RecordId): void => this.#setArchived('contacts', id, true)
  archiveCompany = (id: RecordId): void => this.#setArchived('companies', id, true)
  restoreContact = (id: RecordId): void => this.#setArchived('contacts', id, false)
  restoreCompany = (id: RecordId): void => this.#setArchived('companies', id, false)
  gdprDeleteContact = (id: RecordId): void => this.#purge('contacts', id)
  gdprDeleteCompany = (id: RecordId): void => this.#purge('companies', id)
  mergeContacts = (primaryId: RecordId, otherId: RecordId): string => this.#merge('contacts', primaryId, otherId)
  mergeCompanies = (primaryId: RecordId, otherId: RecordId): string => this.#merge('companies', primaryId, otherId)

  /** A contact's first company becomes its primary one unless `primary` says otherwise. */
  associate(companyId: RecordId, contactId: RecordId, { primary }: { primary?: boolean } = {}): void {
    const company = this.#existing('companies', companyId)
    const contact = this.#existing('contacts', contactId)
    const isPrimary = primary ?? this.#world.associations.primaryCompanyOf(contact.id) === null
    this.#world.associations.set(company.id, contact.id, isPrimary)
    this.#announceAssociation(company.id, contact.id, false, isPrimary)
  }

  dissociate(companyId: RecordId, contactId: RecordId): void {
    const [company, contact] = [Number(companyId), Number(contactId)]
    const primary = this.#world.associations.companiesOf(contact).get(company) ?? false
    this.#world.associations.delete(company, contact)
    this.#announceAssociation(company, contact, true, primary)
  }

  /** Creates a list, or changes the given settings of one. Returns its id. */
  putList({ listId = this.#freeListId(), members, ...given }: ListToPut): string {
    const now = this.#clock()
    const before = this.#world.lists.get(listId)
    this.#world.lists.set(listId, {
      name: `List ${listId}`,
      objectTypeId: '0-1',
      processingType: members === 'all-contacts' ? 'DYNAMIC' : 'MANUAL',
      processingStatus: 'COMPLETE',
      createdAt: now,
      deletedAt: null,
      members: new Map(),
      ...before,
      ...given,
      listId,
      version: (before?.version ?? 0) + 1,
      updatedAt: now,
    })
    if (members) this.setListMembers(listId, members)
    return listId
  }

  setListMembers(listId: string, members: readonly RecordId[] | 'all-contacts'): void {
    const list = this.#list(listId)
    const before = list.members === 'all' ? new Map<number, number>() : list.members
    const now = this.#clock()
    list.members =
      members === 'all-contacts' ? 'all' : new Map(members.map((id) => [Number(id), before.get(Number(id)) ?? now]))
    // Members of a list of everyone join and leave with their records, and are reported as such.
    const [old, present] = [[...before.keys()], list.members === 'all' ? [] : [...list.members.keys()]]
    const after = new Set(present)
    const added = present.filter((id) => !before.has(id)).map(String)
    const removed = old.filter((id) => list.members !== 'all' && !after.has(id)).map(String)
    if (added.length + removed.length > 0) this.#announce({ kind: 'listMembership', listId, added, removed })
  }

  /**
   * HubSpot builds the list again: until it is complete, it shows only these members. Its actual members stay, so no
   * event reports it.
   */
  rebuildList(listId: string, members: readonly RecordId[]): void {
    const list = this.#list(listId)
    list.processingStatus = 'PROCESSING'
    list.builtMembers = new Map(members.map((id) => [Number(id), this.#clock()]))
  }

  completeList(listId: string): void {
    this.#list(listId).processingStatus = 'COMPLETE'
  }

  deleteList(listId: string): void {
    this.#list(listId).deletedAt = this.#clock()
  }

  restoreList(listId: string): void {
    this.#list(listId).deletedAt = null
  }

  putProperty(objectType: ObjectType, given: Partial<PropertyDefinition> & { name: string }): void {
    const now = this.#clock()
    const before = this.#world.properties[objectType].get(given.name)
    const definition = before ? { ...before, ...given } : propertyDefinition({ createdAt: now, ...given })
    this.#world.properties[objectType].set(given.name, { ...definition, updatedAt: now })
  }

  /** Removes the property from definitions and from every record that is read. */
  archiveProperty(objectType: ObjectType, name: string): void {
    this.putProperty(objectType, { name, archivedAt: this.#clock() })
  }

  putOwner(owner: Partial<Owner> & { id: string }): void {
    const before = this.#world.owners.get(owner.id)
    const blank = { email: `owner-${owner.id}@portal.example`, firstName: '', lastName: '', archived: false }
    this.#world.owners.set(owner.id, { ...blank, ...before, ...owner })
  }

  #put(objectType: ObjectType, { id, properties }: RecordToPut): string {
    const store = this.#world.records[objectType]
    const now = this.#clock()
    const before = id === undefined ? undefined : store.resolve(Number(id))
    const recordId = before?.id ?? (id === undefined ? store.takeId() : Number(id))
    const changed = Object.entries(properties).filter(([name, value]) => value !== (before?.value(name) ?? null))
    if (before && changed.length === 0) return String(recordId)
    store.put(
      editedRecord({
        id: recordId,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
        archivedAt: before?.archivedAt ?? null,
        properties: { ...before?.values(), ...properties },
      }),
    )
    const objectId = String(recordId)
    if (!before) this.#announce({ kind: 'creation', objectType, objectId })
    for (const [property, value] of changed) {
      this.#announce({ kind: 'propertyChange', objectType, objectId, property, value })
    }
    return objectId
  }

  #setArchived(objectType: ObjectType, id: RecordId, archived: boolean): void {
    const record = this.#existing(objectType, id)
    if ((record.archivedAt !== null) === archived) return
    const now = this.#clock()
    const { createdAt, updatedAt } = record
    this.#world.records[objectType].put(
      editedRecord({
        id: record.id,
        createdAt,
        updatedAt: archived ? updatedAt : now,
        archivedAt: archived ? now : null,
        properties: record.values(),
      }),
    )
    this.#announce({ kind: archived ? 'deletion' : 'restore', objectType, objectId: String(record.id) })
  }

  #purge(objectType: ObjectType, id: RecordId): void {
    const record = this.#existing(objectType, id)
    this.#world.records[objectType].remove(record.id)
    this.#announce({ kind: 'privacyDeletion', objectType, objectId: String(record.id) })
  }

  #merge(objectType: ObjectType, primaryId: RecordId, otherId: RecordId): string {
    const newId = String(mergeRecords(this.#world, objectType, Number(primaryId), Number(otherId), this.#clock()))
    const mergedIds = [String(primaryId), String(otherId)]
    this.#announce({ kind: 'merge', objectType, primaryId: String(primaryId), mergedIds, newId })
    return newId
  }

  #view(objectType: ObjectType, id: RecordId): RecordView | undefined {
    const record = this.#world.records[objectType].resolve(Number(id))
    if (!record) return undefined
    return { id: String(record.id), properties: record.values(), archived: record.archivedAt !== null }
  }

  #existing(objectType: ObjectType, id: RecordId): CrmRecord {
    const record = this.#world.records[objectType].resolve(Number(id))
    if (!record) throw new Error(`No record ${id} among the ${objectType} of portal ${this.hubId}`)
    return record
  }

  #list(listId: string): ContactList {
    const list = this.#world.lists.get(listId)
    if (!list) throw new Error(`No list ${listId} in portal ${this.hubId}`)
    return list
  }

  #freeListId(): string {
    return String(1 + Math.max(0, ...[...this.#world.lists.keys()].map(Number)))
  }

  #announceAssociation(company: number, contact: number, removed: boolean, primary: boolean): void {
    const [companyId, contactId] = [String(company), String(contact)]
    this.#announce({ kind: 'associationChange', companyId, contactId, removed, primary })
  }

  #announce(change: PortalChangeWithoutTime): void {
    if (this.#listeners.size === 0) return
    const dated = { ...change, occurredAt: this.#clock() } as PortalChange
    for (const listener of this.#listeners) listener(dated)
  }
}
