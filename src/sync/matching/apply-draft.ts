import { handleKey } from '../../contacts/handles.ts'
import type { JsonValue, StoredLink } from '../../contacts/stored-contact.ts'
import type { ContactDraft } from '../mapping/contact-draft.ts'
import type { ContactDirectory, WorkingContact } from './contact-directory.ts'

/**
 * Makes `contact` what the draft says: link, fields, and handles that follow HubSpot (B49). Returns whether anything
 * that a reader sees has changed.
 */
export function applyDraft(draft: ContactDraft, contact: WorkingContact, directory: ContactDirectory): boolean {
  const relinked = applyLink(draft, contact, directory)
  const rewritten = applyFields(draft, contact)
  const readdressed = applyHandles(draft, contact, directory)
  return relinked || rewritten || readdressed
}

function applyLink(draft: ContactDraft, contact: WorkingContact, directory: ContactDirectory): boolean {
  const before = contact.link
  const link: StoredLink = { hubspotId: draft.hubspotId, state: 'ACTIVE', rowHash: draft.rowHash, isHeld: false }
  const follows = before !== null && before.hubspotId === link.hubspotId && before.state === 'ACTIVE'
  // A link that is right already stays the same object, and so costs no write.
  if (!(follows && before.rowHash === link.rowHash && !before.isHeld)) directory.linkTo(contact, link)
  return !follows
}

function applyFields({ fields }: ContactDraft, contact: WorkingContact): boolean {
  let changed = false
  if (fields.name !== undefined && fields.name !== contact.name) {
    contact.name = fields.name
    changed = true
  }
  if (fields.description !== undefined && fields.description !== contact.description) {
    contact.description = fields.description
    changed = true
  }
  if (fields.links !== undefined && !sameList(fields.links, contact.links)) {
    contact.links = fields.links
    changed = true
  }
  for (const [key, value] of fields.customFields) changed = setCustomField(contact, key, value) || changed
  return changed
}

/** Null clears the field (B36). */
function setCustomField(contact: WorkingContact, key: string, value: JsonValue | null): boolean {
  if (value === null) {
    if (!Object.hasOwn(contact.customFields, key)) return false
    delete contact.customFields[key]
    return true
  }
  if (contact.customFields[key] === value) return false
  contact.customFields[key] = value
  return true
}

/** Handles that the sync wrote follow HubSpot; those that were there before it, or were added locally, stay (B49). */
function applyHandles(draft: ContactDraft, contact: WorkingContact, directory: ContactDirectory): boolean {
  const wanted = new Set(draft.handles.map(handleKey))
  let changed = false
  for (const [key, handle] of contact.handles) {
    if (!handle.fromHubspot || wanted.has(key) || !draft.handleSources.has(handle.source)) continue
    directory.removeHandle(contact, handle)
    changed = true
  }
  for (const handle of draft.handles) {
    if (contact.handles.has(handleKey(handle))) continue
    directory.addHandle(contact, { ...handle, fromHubspot: true })
    changed = true
  }
  return changed
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
