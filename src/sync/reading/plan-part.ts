import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { findTeammates } from '../../records/custom-field-values.ts'
import { recordErrors } from '../errors/record-errors.ts'
import { fieldsOf, isOwnerProperty, type KnownProperty, type People, planFields } from '../mapping/field-plan.ts'
import { fieldNotFound } from '../matching/problem.ts'
import type { Run } from '../runs/run.ts'
import type { MappingSnapshot } from '../settings/snapshot.ts'
import type { SyncContext } from '../sync-context.ts'
import type { RunPart } from './run-part.ts'

/**
 * Compares the run's mappings with HubSpot's current properties. Properties that no longer exist are in the plan as
 * missing (§10 HUBSPOT_FIELD_NOT_FOUND).
 */
export async function planPart(
  context: SyncContext,
  portal: HubSpotPortal,
  run: Run,
  objectType: ObjectType,
): Promise<Pick<RunPart, 'plan' | 'excludedIds'>> {
  const { settings } = run
  const mapped = objectType === 'CONTACT' ? settings.contactMappings : settings.accountMappings
  const all = await portal.listProperties(objectType === 'CONTACT' ? 'contacts' : 'companies')
  const known = all.filter((property) => !property.archived)
  const plan = planFields(
    mapped,
    known,
    settings.defaultPhoneRegion,
    await findPeople(context, portal, run, mapped, known),
    objectType,
  )
  return { plan, excludedIds: await findExclusions(context, run, objectType) }
}

/** Reports the mapped properties that no longer exist in HubSpot. */
export async function reportMissingFields(
  { database, now }: SyncContext,
  run: Run,
  { objectType, plan }: RunPart,
): Promise<void> {
  const properties = [...new Set(plan.missing.map(({ property }) => property))]
  const missing = properties.map((property) =>
    fieldNotFound(property, fieldsOf(plan.missing.filter((mapping) => mapping.property === property))),
  )
  await recordErrors(database.pool, run, objectType, missing, now())
}

async function findPeople(
  context: SyncContext,
  portal: HubSpotPortal,
  { workspaceId }: Run,
  mapped: readonly MappingSnapshot[],
  known: readonly KnownProperty[],
): Promise<People> {
  const owned = new Set(known.filter(isOwnerProperty).map(({ name }) => name))
  const namesOwner = mapped.some(({ property }) => owned.has(property))
  const namesTeammate = mapped.some(({ customField }) => customField?.type === 'TEAMMATE')
  const [owners, teammates] = await Promise.all([
    namesOwner ? portal.listOwners() : [],
    namesTeammate ? findTeammates(context.database.pool, workspaceId) : [],
  ])
  return { owners, teammates }
}

async function findExclusions({ database }: SyncContext, { workspaceId }: Run, objectType: ObjectType) {
  const { rows } = await database.pool.query<{ hubspot_id: bigint }>(
    'SELECT hubspot_id FROM hubspot_exclusion WHERE workspace_id = $1 AND object_type = $2',
    [workspaceId, objectType],
  )
  return new Set(rows.map((row) => row.hubspot_id))
}
