import type { ObjectType, SyncErrorType } from '../../generated/prisma/enums.ts'
import { wordsFor } from '../../records/record-words.ts'
import type { InvalidValue, RecordDraft } from '../mapping/record-draft.ts'
import type { ErrorDetails } from './error-details.ts'
import type { Taken } from './match-record.ts'
import type { DirectoryRecord } from './record-directory.ts'

/** Something that went wrong. It becomes a row of sync_error, or updates an existing one. */
export interface Problem {
  readonly type: SyncErrorType
  /** {@link noRecord} if the problem is not about a single record. */
  readonly hubspotId: bigint
  readonly property: string
  readonly message: string
  /** Our record that follows the HubSpot record and stays as it was. */
  readonly recordId: string | null
  /** Our record that holds the handle. */
  readonly heldById: string | null
  readonly heldByHubspotId: bigint | null
  /** Name of the record in HubSpot; null if it is unknown. Kept only as long as the error (B61). */
  readonly hubspotName: string | null
  /** What the message says, as data. */
  readonly details: ErrorDetails | null
}

/** The HubSpot record that a problem is about. */
type Subject = Pick<RecordDraft, 'hubspotId' | 'hubspotName'>

/** Used instead of a record's id if a problem is not about a single record. */
export const noRecord = 0n

const nobody = {
  property: '',
  recordId: null,
  heldById: null,
  heldByHubspotId: null,
  hubspotName: null,
  details: null,
}

const about = ({ hubspotId, hubspotName }: Subject) => ({ ...nobody, hubspotId, hubspotName: hubspotName() })

export function missingHandle(subject: Subject, linked: DirectoryRecord | undefined): Problem {
  const message = 'It has no value in any of the mapped email and phone properties.'
  return { ...about(subject), type: 'MISSING_HANDLE', message, recordId: linked?.id ?? null }
}

const takenType = { EMAIL: 'EMAIL_TAKEN', PHONE: 'PHONE_TAKEN', DOMAIN: 'DOMAIN_TAKEN' } as const

/**
 * Names the record that holds the handle and, if it is linked, its HubSpot record (B47). `others` are further handles
 * that other records hold.
 */
export function handleTaken(
  subject: Subject,
  { handle, holder }: Taken,
  others: readonly Taken[],
  linked: DirectoryRecord | undefined,
): Problem {
  const { one, inHubSpot } = wordsFor[handle.source === 'DOMAIN' ? 'ACCOUNT' : 'CONTACT']
  const holderName = holder.name === '' ? `${one} without a name` : `"${holder.name}"`
  const behind = holder.link === null ? '' : `, which is linked to HubSpot ${inHubSpot} ${holder.link.hubspotId}`
  return {
    ...about(subject),
    type: takenType[handle.source],
    message: `${handle.value} already belongs to ${holderName}${behind}.`,
    recordId: linked?.id ?? null,
    heldById: holder.id,
    heldByHubspotId: holder.link?.hubspotId ?? null,
    details: { kind: 'handle-taken', handles: [{ handle, holder }, ...others].map(describeTaken) },
  }
}

function describeTaken({ handle: { source, value }, holder: { id, link } }: Taken) {
  return { source, value, heldById: id, heldByHubspotId: link === null ? null : String(link.hubspotId) }
}

export function invalidValue(
  subject: Subject,
  { property, reason, value, fields }: InvalidValue,
  recordId: string | null,
): Problem {
  return {
    ...about(subject),
    type: 'INVALID_VALUE',
    property,
    message: `${property}: ${reason}.`,
    recordId,
    details: { kind: 'invalid-value', property, value, fields: [...fields] },
  }
}

export function accountNotSynced(subject: Subject, linked: DirectoryRecord | undefined): Problem {
  const message = 'None of its companies is synced, because each has an error.'
  return { ...about(subject), type: 'ACCOUNT_NOT_SYNCED', message, recordId: linked?.id ?? null }
}

export function unexpected(hubspotId: bigint, reason: string, hubspotName: string | null = null): Problem {
  return { ...nobody, type: 'UNEXPECTED', hubspotId, hubspotName, message: reason }
}

/** A record that ended workers several times in a row when it was processed alone. */
export function notProcessable(hubspotId: bigint): Problem {
  const message =
    'The sync was interrupted several times in a row while it processed this record, and skipped the record.'
  return { ...nobody, type: 'NOT_PROCESSABLE', hubspotId, message }
}

export function fieldNotFound(property: string, fields: readonly string[]): Problem {
  const message = `HubSpot no longer has the property "${property}". The field that it filled keeps its last values.`
  const details: ErrorDetails = { kind: 'field-not-found', property, fields: [...fields] }
  return { ...nobody, type: 'HUBSPOT_FIELD_NOT_FOUND', hubspotId: noRecord, property, message, details }
}

export function limitExceeded(limit: number, leftOut: number): Problem {
  const message = `${leftOut} contacts were skipped, because the workspace has reached its limit of ${limit} synced contacts.`
  const details = { kind: 'limit-exceeded', limit, leftOut } as const
  return { ...nobody, type: 'LIMIT_EXCEEDED', hubspotId: noRecord, message, details }
}

export function manyDepartures(objectType: ObjectType, departures: number, links: number): Problem {
  const place = objectType === 'CONTACT' ? 'the selected source' : 'HubSpot'
  const message =
    `${departures} of ${links} synced ${wordsFor[objectType].many} are no longer in ${place}. If that is right, resume the sync and confirm ` +
    'the departures. If not, cancel the run, correct it in HubSpot, and start again.'
  const details = { kind: 'departures', departed: departures, synced: links } as const
  return { ...nobody, type: 'MANY_DEPARTURES', hubspotId: noRecord, message, details }
}

export function runEnded(type: SyncErrorType, message: string): Problem {
  return { ...nobody, type, hubspotId: noRecord, message }
}

/** Problems that a later change of the same run can resolve (B51). */
export const handleProblems = ['EMAIL_TAKEN', 'PHONE_TAKEN', 'DOMAIN_TAKEN'] as const satisfies SyncErrorType[]
