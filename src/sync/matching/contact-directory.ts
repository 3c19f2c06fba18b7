import { type Handle, handleKey } from '../../contacts/handles.ts'
import type { HeldHandle, JsonValue, StoredContact, StoredLink } from '../../contacts/stored-contact.ts'
import type { ContactChanges, ContactRow, HandleRow, LinkRow } from '../../contacts/write-contacts.ts'

/** A contact as it stands while a page is worked through. */
export interface WorkingContact {
  readonly id: string
  externalId: string | null
  name: string
  description: string
  links: readonly string[]
  customFields: Record<string, JsonValue>
  readonly handles: Map<string, HeldHandle>
  link: StoredLink | null
  /** As loaded; null for one that this page creates. */
  readonly stored: StoredContact | null
}

/**
 * The part of the store that a page can touch, in memory: each HubSpot contact of the page meets what those before it
 * left behind, just as if it had been written row by row, and the changes come out as sets.
 */
export class ContactDirectory {
  readonly #byId = new Map<string, WorkingContact>()
  readonly #byExternalId = new Map<string, WorkingContact>()
  readonly #byHandle = new Map<string, WorkingContact>()

  constructor(stored: readonly StoredContact[]) {
    for (const contact of stored) {
      this.#add({
        ...contact,
        customFields: { ...contact.customFields },
        handles: new Map(contact.handles.map((handle) => [handleKey(handle), handle])),
        stored: contact,
      })
    }
  }

  byExternalId(externalId: string): WorkingContact | undefined {
    return this.#byExternalId.get(externalId)
  }

  holderOf(handle: Handle): WorkingContact | undefined {
    return this.#byHandle.get(handleKey(handle))
  }

  create(id: string): WorkingContact {
    const contact: WorkingContact = {
      id,
      externalId: null,
      name: '',
      description: '',
      links: [],
      customFields: {},
      handles: new Map(),
      link: null,
      stored: null,
    }
    this.#add(contact)
    return contact
  }

  /** The contact follows `link` from now on, under its id (B43). */
  linkTo(contact: WorkingContact, link: StoredLink): void {
    if (contact.externalId !== null) this.#byExternalId.delete(contact.externalId)
    contact.externalId = String(link.hubspotId)
    contact.link = link
    this.#byExternalId.set(contact.externalId, contact)
  }

  addHandle(contact: WorkingContact, handle: HeldHandle): void {
    contact.handles.set(handleKey(handle), handle)
    this.#byHandle.set(handleKey(handle), contact)
  }

  removeHandle(contact: WorkingContact, handle: Handle): void {
    contact.handles.delete(handleKey(handle))
    this.#byHandle.delete(handleKey(handle))
  }

  /** What differs from the store as loaded. */
  changes(): ContactChanges {
    const created: ContactRow[] = []
    const updated: ContactRow[] = []
    const removedHandles: HandleRow[] = []
    const addedHandles: HandleRow[] = []
    const unlinkedContactIds: string[] = []
    const linked: LinkRow[] = []
    for (const contact of this.#byId.values()) {
      if (contact.stored === null) created.push(toRow(contact))
      else if (differs(contact, contact.stored)) updated.push(toRow(contact))
      const before = contact.stored?.handles ?? []
      const kept = new Set(before.map(handleKey))
      for (const handle of before) {
        if (!contact.handles.has(handleKey(handle))) removedHandles.push({ ...handle, contactId: contact.id })
      }
      for (const [key, handle] of contact.handles) {
        if (!kept.has(key)) addedHandles.push({ ...handle, contactId: contact.id })
      }
      const previous = contact.stored?.link ?? null
      if (contact.link === null || contact.link === previous) continue
      if (previous !== null && previous.hubspotId !== contact.link.hubspotId) unlinkedContactIds.push(contact.id)
      linked.push({ hubspotId: contact.link.hubspotId, contactId: contact.id, rowHash: contact.link.rowHash })
    }
    return { created, updated, removedHandles, addedHandles, unlinkedContactIds, linked }
  }

  #add(contact: WorkingContact): void {
    this.#byId.set(contact.id, contact)
    if (contact.externalId !== null) this.#byExternalId.set(contact.externalId, contact)
    for (const key of contact.handles.keys()) this.#byHandle.set(key, contact)
  }
}

function toRow({ id, externalId, name, description, links, customFields }: WorkingContact): ContactRow {
  if (externalId === null) throw new Error(`contact ${id} would be written by the sync without a link`)
  return { id, externalId, name, description, links, customFields }
}

/** Field by field: `WorkingContact` replaces values only where they differ, so identity says it all. */
function differs(contact: WorkingContact, stored: StoredContact): boolean {
  return (
    contact.externalId !== stored.externalId ||
    contact.name !== stored.name ||
    contact.description !== stored.description ||
    contact.links !== stored.links ||
    !sameValues(contact.customFields, stored.customFields)
  )
}

function sameValues(a: Readonly<Record<string, JsonValue>>, b: Readonly<Record<string, JsonValue>>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}
