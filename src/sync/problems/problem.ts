import type { Handle } from '../../contacts/handles.ts'
import type { SyncErrorType } from '../../generated/prisma/enums.ts'
import type { WorkingContact } from '../matching/contact-directory.ts'

/** One thing that went wrong; becomes a row of sync_error, or is seen again there. */
export interface Problem {
  readonly type: SyncErrorType
  /** 0n where it is not one record's. */
  readonly hubspotId: bigint
  readonly property: string
  readonly message: string
  /** The contact that follows the record and stays as it was. */
  readonly contactId: string | null
  readonly heldByContactId: string | null
  readonly heldByHubspotId: bigint | null
}

const nobody = { property: '', contactId: null, heldByContactId: null, heldByHubspotId: null }

export function missingHandle(hubspotId: bigint, linked: WorkingContact | undefined): Problem {
  const message = 'It has no value in any of the mapped email and phone properties.'
  return { ...nobody, type: 'MISSING_HANDLE', hubspotId, message, contactId: linked?.id ?? null }
}

/** Names the contact that holds the handle and, where it is linked, the HubSpot contact behind it (B47). */
export function handleTaken(
  hubspotId: bigint,
  handle: Handle,
  holder: WorkingContact,
  linked: WorkingContact | undefined,
): Problem {
  const holderName = holder.name === '' ? 'a contact without a name' : `"${holder.name}"`
  const behind = holder.link === null ? '' : `, which is linked to HubSpot contact ${holder.link.hubspotId}`
  return {
    type: handle.source === 'EMAIL' ? 'EMAIL_TAKEN' : 'PHONE_TAKEN',
    hubspotId,
    property: '',
    message: `${handle.value} already belongs to ${holderName}${behind}.`,
    contactId: linked?.id ?? null,
    heldByContactId: holder.id,
    heldByHubspotId: holder.link?.hubspotId ?? null,
  }
}

export function invalidValue(hubspotId: bigint, property: string, reason: string, contactId: string): Problem {
  return { ...nobody, type: 'INVALID_VALUE', hubspotId, property, message: `${property}: ${reason}.`, contactId }
}

export function unexpected(hubspotId: bigint, reason: string): Problem {
  return { ...nobody, type: 'UNEXPECTED', hubspotId, message: reason }
}

export function fieldNotFound(property: string): Problem {
  const message = `HubSpot has no property "${property}" any more; the field it feeds keeps its last values.`
  return { ...nobody, type: 'HUBSPOT_FIELD_NOT_FOUND', hubspotId: 0n, property, message }
}

export function limitExceeded(limit: number, leftOut: number): Problem {
  const message = `${leftOut} contacts were left out: the workspace may hold ${limit} synced contacts.`
  return { ...nobody, type: 'LIMIT_EXCEEDED', hubspotId: 0n, message }
}

export function runEnded(type: SyncErrorType, message: string): Problem {
  return { ...nobody, type, hubspotId: 0n, message }
}

/** Problems that a later change of the same run can lift (B51). */
export const handleProblems = ['EMAIL_TAKEN', 'PHONE_TAKEN'] as const satisfies SyncErrorType[]

export function isHandleProblem(problem: Problem): boolean {
  return problem.type === 'EMAIL_TAKEN' || problem.type === 'PHONE_TAKEN'
}
