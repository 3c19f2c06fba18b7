import type { Handle } from '../../contacts/handles.ts'
import type { ContactDraft } from '../mapping/contact-draft.ts'
import type { ContactDirectory, WorkingContact } from './contact-directory.ts'

/** What §9 of the behaviours says is to be done with one HubSpot contact. */
export type Match =
  /** Rule 1 (B44): a contact carries its id. */
  | { readonly kind: 'update'; readonly contact: WorkingContact }
  /** Rule 2a (B46): a contact with a same handle is free to be linked. */
  | { readonly kind: 'link'; readonly contact: WorkingContact }
  /** Rule 3 (B48). */
  | { readonly kind: 'create' }
  /** `linked` is the contact that already follows it and stays as it was. */
  | { readonly kind: 'missing-handle'; readonly linked: WorkingContact | undefined }
  /** Rule 2b (B47), or a handle of a linked contact that somebody else holds (B50). */
  | {
      readonly kind: 'handle-taken'
      readonly handle: Handle
      readonly holder: WorkingContact
      readonly linked: WorkingContact | undefined
    }

/** Finds the contact for a draft, rule by rule. `mapsHandles`: some handle field is mapped (B45). */
export function matchContact(draft: ContactDraft, directory: ContactDirectory, mapsHandles: boolean): Match {
  const linked = directory.byExternalId(String(draft.hubspotId))
  // A handle property that HubSpot no longer has stops syncing, and all else of a linked contact goes on.
  if (mapsHandles && draft.handles.length === 0 && !(linked && draft.hasUnknownHandles)) {
    return { kind: 'missing-handle', linked }
  }
  if (linked !== undefined) {
    const taken = firstTaken(draft, directory, linked)
    return taken ? { kind: 'handle-taken', ...taken, linked } : { kind: 'update', contact: linked }
  }
  const found = firstHeld(draft, directory)
  if (found === undefined) return { kind: 'create' }
  if (isLinked(found.holder)) return { kind: 'handle-taken', ...found, linked: undefined }
  const taken = firstTaken(draft, directory, found.holder)
  return taken ? { kind: 'handle-taken', ...taken, linked: undefined } : { kind: 'link', contact: found.holder }
}

function firstHeld(draft: ContactDraft, directory: ContactDirectory) {
  for (const handle of draft.handles) {
    const holder = directory.holderOf(handle)
    if (holder !== undefined) return { handle, holder }
  }
  return undefined
}

function firstTaken(draft: ContactDraft, directory: ContactDirectory, by: WorkingContact) {
  for (const handle of draft.handles) {
    const holder = directory.holderOf(handle)
    if (holder !== undefined && holder !== by) return { handle, holder }
  }
  return undefined
}

/**
 * B46: a contact whose HubSpot contact was deleted or merged away counts as free, one out of scope as linked. An
 * external id without a link was set through the API and claims a HubSpot contact just as well.
 */
function isLinked(contact: WorkingContact): boolean {
  if (contact.link === null) return contact.externalId !== null
  return contact.link.state === 'ACTIVE' || contact.link.state === 'OUT_OF_SCOPE'
}
