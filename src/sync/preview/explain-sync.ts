import type { Viewer } from '../../auth/viewer.ts'
import { newId } from '../../database/new-id.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { wordsFor } from '../../records/record-words.ts'
import { InvalidInputError, SyncStateError } from '../../user-errors.ts'
import { matchRecords, type Observation } from '../matching/match-records.ts'
import { openAccountsPart } from '../reading/accounts-part.ts'
import { ListNotFoundError, openContactsPart } from '../reading/contacts-part.ts'
import type { RunPart } from '../reading/run-part.ts'
import { newRun } from '../runs/run.ts'
import { askPortal } from '../settings/ask-portal.ts'
import { takeSnapshot } from '../settings/snapshot.ts'
import type { SyncContext } from '../sync-context.ts'
import { openDirectory } from '../writing/open-directory.ts'
import { draftPage } from '../writing/prepare-page.ts'
import { reasons } from './reasons.ts'
import { type Finding, type Rule, ruleOf } from './rules.ts'

/** What the sync would do with a HubSpot record, as things are now. */
export interface Explanation extends Finding {
  readonly workspaceId: string
  readonly objectType: ObjectType
  readonly hubspotId: bigint
  /** The record that it was merged into. Every other field describes that record (B59). */
  readonly mergedIntoId: bigint | null
  /** An explanation for people. */
  readonly reason: string
}

/**
 * Finds out what the sync would do with a single HubSpot record and why, by the same rules as a run, over the store as
 * it is. It writes nothing. Throws InvalidInputError, SyncStateError if the sync is not set up, and the errors of
 * `askPortal`.
 */
export async function explainSync(
  context: SyncContext,
  { workspaceId }: Viewer,
  objectType: ObjectType,
  externalId: string,
  stop: AbortSignal,
): Promise<Explanation> {
  if (!/^[1-9]\d{0,17}$/.test(externalId)) {
    throw new InvalidInputError([
      { path: ['externalId'], message: `"${externalId}" is not the id of a HubSpot record.` },
    ])
  }
  const hubspotId = BigInt(externalId)
  const settings = await requireSwitchedOn(context, workspaceId, objectType)
  const run = newRun({ id: newId(), workspaceId, kind: 'RECORDS', objectType, settings })
  const { id, finding } = await askPortal(context, workspaceId, async (portal) => {
    const open = objectType === 'CONTACT' ? openContactsPart : openAccountsPart
    const part = await open(context, portal, run).catch(refuseListGone)
    const { id, record } = await findRecord(part, hubspotId, stop)
    return { id, finding: await explain(context, workspaceId, part, id, record, stop) }
  })
  return {
    workspaceId,
    objectType,
    hubspotId,
    mergedIntoId: id === hubspotId ? null : id,
    ...finding,
    reason: reasons(finding),
  }
}

async function requireSwitchedOn({ database }: SyncContext, workspaceId: string, objectType: ObjectType) {
  const settings = await takeSnapshot(database.prisma, workspaceId)
  const isOn =
    objectType === 'CONTACT' ? settings.contactsEnabled && settings.contactSource !== null : settings.accountsEnabled
  if (isOn) return settings
  throw new SyncStateError(
    `The sync of ${wordsFor[objectType].many} is turned off. Turn it on with updateSyncSettings.`,
  )
}

function refuseListGone(error: unknown): never {
  throw error instanceof ListNotFoundError ? new SyncStateError(error.message, { cause: error }) : error
}

/** The record, or the record that it was merged into. */
async function findRecord(part: RunPart, hubspotId: bigint, stop: AbortSignal) {
  const [own] = await part.read([hubspotId], part.plan.requested, stop)
  if (own !== undefined) return { id: hubspotId, record: own }
  const [survivor] = await part.readAny([hubspotId], stop)
  if (survivor === undefined) return { id: hubspotId, record: null }
  const [record = null] = await part.read([survivor.hubspotId], part.plan.requested, stop)
  return { id: survivor.hubspotId, record }
}

async function explain(
  { database }: SyncContext,
  workspaceId: string,
  part: RunPart,
  id: bigint,
  record: HubSpotRecord | null,
  stop: AbortSignal,
): Promise<Finding> {
  const linked = async (rule: Rule): Promise<Finding> => {
    const [found] = await part.store.load(database.pool, workspaceId, { externalIds: [String(id)], handles: [] })
    return { rule, outcome: null, recordId: found?.id ?? null, taken: null }
  }
  if (record === null) return linked('NOT_IN_HUBSPOT')
  const accounts = await part.findAccounts([id], stop)
  const [entry] = draftPage(part, [record], accounts)
  if (entry === undefined) return linked('OUT_OF_SCOPE')
  if (entry.kind === 'excluded') return linked('EXCLUDED')
  if (entry.kind !== 'draft') return linked('UNREADABLE')
  const opened = await openDirectory(database.pool, workspaceId, part, [entry.draft])
  const room = part.linkLimit - (await part.store.links.countActive(database.pool, workspaceId))
  let finding: Finding | null = null
  const observe = ({ match, outcome }: Observation) => {
    const { rule, recordId } = ruleOf(match, outcome)
    finding =
      match.kind === 'handle-taken'
        ? {
            rule,
            outcome,
            recordId: match.linked?.id ?? null,
            taken: { handle: match.handle, heldById: match.holder.id },
          }
        : { rule, outcome, recordId, taken: null }
  }
  matchRecords(opened.drafts, opened.directory(null), {
    needsHandle: part.needsHandle,
    room,
    newRecordId: newId,
    observe,
  })
  return finding ?? linked('UNREADABLE')
}
