import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction } from '../../database/database.ts'
import type { SyncError, SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import {
  DomainTakenError,
  HandleTakenError,
  InvalidInputError,
  NotFoundError,
  SyncStateError,
} from '../../user-errors.ts'
import { noRecord } from '../matching/problem.ts'
import { checkLinks, type Link, type Refusal } from './check-links.ts'
import type { ManyFixed } from './fix-many.ts'
import { stopIgnoring } from './ignored-records.ts'
import { relink, storeOf } from './relink.ts'
import { requireActive } from './require-active.ts'
import { type Fixer, findRecordError, requireGoingOn, tryAgain } from './retry-and-ignore.ts'
import { type SkippedError, skipReasons } from './skipped-error.ts'

/** Exactly one of the two is set. */
export interface LinkTarget {
  readonly contactId: string | null
  readonly accountId: string | null
}

export interface LinkRequest extends LinkTarget {
  /** Row id of the error. */
  readonly errorId: string
}

/** Maximum number of links per call. */
export const maxLinks = 1_000

/**
 * Links the record of an error to the contact or account that an admin names, whatever their handles are, and syncs it
 * by itself (B56). Previous links of both are ended: a HubSpot record that loses its contact is matched again in the
 * same run, and a contact that loses its HubSpot record keeps its values, except for the handles that the sync wrote.
 *
 * The link exists from the moment at which the values are written. Until then, the record's id is reserved for the
 * contact, which stays editable. Throws the errors of `retrySyncError`; InvalidInputError and NotFoundError for a wrong
 * target; HandleTakenError or DomainTakenError if a third record has one of the record's handles, and SyncStateError if
 * the record would be skipped for another reason. Nothing is changed then.
 */
export async function linkSyncError(
  context: Fixer,
  viewer: Viewer,
  errorId: string,
  target: LinkTarget,
): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const error = await findRecordError(context, viewer, errorId)
  const recordId = targetOf(target, error)
  if (recordId === null) {
    const name = error.objectType === 'CONTACT' ? 'contactId' : 'accountId'
    throw new InvalidInputError([
      { path: [name], message: `The error is about a HubSpot ${name.slice(0, -2)}. Provide only ${name}.` },
    ])
  }
  await requireGoingOn(context, error)
  const { refused, freedIds } = await linkAll(context, viewer, error.objectType, [{ error, recordId }])
  if (refused[0] !== undefined) throw errorOf(refused[0], error.objectType)
  return tryAgain(context, viewer, error, [error.hubspotId, ...freedIds])
}

/**
 * {@link linkSyncError} for many errors at once, in one run for each type of record. Links that cannot be made are
 * skipped, and the others are made. Throws ForbiddenError, PlanRequiredError, NotConnectedError, SyncStateError if the
 * sync is not active, and InvalidInputError for too many links.
 */
export async function linkSyncErrors(
  context: Fixer,
  viewer: Viewer,
  requests: readonly LinkRequest[],
): Promise<ManyFixed> {
  requireSyncAdmin(viewer)
  if (requests.length > maxLinks) {
    const message = `At most ${maxLinks} links are allowed, not ${requests.length}. Split them into several calls.`
    throw new InvalidInputError([{ path: ['links'], message }])
  }
  const isOn = await requireActive(context, viewer.workspaceId)
  const { links, skipped } = await findLinks(context, viewer, requests, isOn)
  const runIds: string[] = []
  let affected = 0
  let records = 0
  for (const objectType of ['ACCOUNT', 'CONTACT'] as const) {
    const ofType = links.filter(({ error }) => error.objectType === objectType)
    if (ofType.length === 0) continue
    const { linked, refused, freedIds } = await linkAll(context, viewer, objectType, ofType)
    for (const { link, reason, heldBy } of refused) {
      skipped.push({ errorId: link.error.id, reason, heldById: heldBy?.id ?? null })
    }
    if (linked.length === 0) continue
    const hubspotIds = [...new Set(linked.map(({ error }) => error.hubspotId))]
    const run = await tryAgain(context, viewer, { objectType }, [...hubspotIds, ...freedIds])
    runIds.push(run.id)
    affected += linked.length
    records += hubspotIds.length
  }
  return { affected, records, skipped: skipped.length, skippedErrors: skipped, runIds }
}

/** The links that can be tried, and the errors for which there is none. */
async function findLinks(
  { database }: Fixer,
  { workspaceId }: Viewer,
  requests: readonly LinkRequest[],
  isOn: Readonly<Record<ObjectType, boolean>>,
): Promise<{ links: Link[]; skipped: SkippedError[] }> {
  const ids = requests.map(({ errorId }) => errorId)
  const errors = await database.prisma.syncError.findMany({ where: { workspaceId, id: { in: ids } } })
  const byId = new Map(errors.map((error) => [error.id, error]))
  const links: Link[] = []
  const skipped: SkippedError[] = []
  for (const request of requests) {
    const { errorId } = request
    const error = byId.get(errorId)
    const recordId = error === undefined ? null : targetOf(request, error)
    const skip = (reason: SkippedError['reason']) => skipped.push({ errorId, reason, heldById: null })
    if (error === undefined) skip('NOT_FOUND')
    else if (error.hubspotId === noRecord) skip('NOT_A_RECORD')
    else if (error.status === 'RESOLVED') skip('RESOLVED')
    else if (!isOn[error.objectType]) skip('TURNED_OFF')
    else if (recordId === null) skip('WRONG_TARGET')
    else links.push({ error, recordId })
  }
  return { links, skipped }
}

function targetOf({ contactId, accountId }: LinkTarget, { objectType }: SyncError): string | null {
  const [id, other] = objectType === 'CONTACT' ? [contactId, accountId] : [accountId, contactId]
  return other === null ? id : null
}

interface Linked {
  readonly linked: readonly Link[]
  readonly refused: readonly Refusal[]
  /** Ids of HubSpot records that lost their contact or account. */
  readonly freedIds: readonly bigint[]
}

async function linkAll(
  context: Fixer,
  { workspaceId }: Viewer,
  objectType: ObjectType,
  links: readonly Link[],
): Promise<Linked> {
  const { changedIds, ...result } = await inTransaction(context.database.pool, async (client) => {
    await storeOf(objectType).lock(client, workspaceId)
    const { accepted, refused } = await checkLinks(client, workspaceId, objectType, links)
    if (accepted.length === 0) return { linked: [], refused, freedIds: [], changedIds: [] }
    const pairs = new Map(accepted.map(({ error, recordId }) => [error.hubspotId, recordId]))
    await stopIgnoring(client, workspaceId, objectType, [...pairs.keys()])
    return { linked: accepted, refused, ...(await relink(client, workspaceId, objectType, pairs)) }
  })
  if (objectType === 'CONTACT') await announceContacts(context, workspaceId, changedIds)
  return result
}

function errorOf({ reason, heldBy }: Refusal, objectType: ObjectType): Error {
  if (heldBy !== null) {
    const { source, value } = heldBy
    return source === 'DOMAIN' ? new DomainTakenError(value, heldBy) : new HandleTakenError({ source, value }, heldBy)
  }
  if (reason !== 'TARGET_NOT_FOUND') return new SyncStateError(skipReasons[reason])
  return new NotFoundError(`This shared ${objectType === 'CONTACT' ? 'contact' : 'account'} does not exist.`)
}
