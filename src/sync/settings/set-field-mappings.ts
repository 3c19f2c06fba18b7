import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import type { SyncSettings } from '../../generated/prisma/client.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { InvalidInputError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'
import { askPortal } from './ask-portal.ts'
import { editSettings } from './edit-settings.ts'
import { type MappingInput, mappingProblems } from './mapping-rules.ts'

/**
 * Replaces the mappings of an object type (B30–B33). Fields that are no longer mapped keep their last values (B35).
 * Throws ForbiddenError, PlanRequiredError, NotConnectedError (B15), InvalidInputError, and HubSpotUnavailableError.
 */
export async function setFieldMappings(
  context: Pick<SyncContext, 'database' | 'openPortal'>,
  viewer: Viewer,
  objectType: ObjectType,
  mappings: readonly MappingInput[],
): Promise<SyncSettings> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  const properties = await askPortal(context, workspaceId, (portal) =>
    portal.listProperties(objectType === 'CONTACT' ? 'contacts' : 'companies'),
  )
  return editSettings(context.database, viewer, async (_current, prisma) => {
    const customFields = await prisma.customField.findMany({ where: { workspaceId, objectType } })
    const problems = mappingProblems(mappings, { objectType, properties, customFields })
    if (problems.length > 0) throw new InvalidInputError(problems)
    const idOf = new Map(customFields.map((field) => [field.key, field.id]))
    await prisma.fieldMapping.deleteMany({ where: { workspaceId, objectType } })
    await prisma.fieldMapping.createMany({
      data: mappings.map(({ property, target, customField }, position) => ({
        workspaceId,
        objectType,
        position,
        hubspotProperty: property,
        target,
        customFieldId: target === 'CUSTOM_FIELD' ? idOf.get(customField ?? '') : null,
      })),
    })
    return {}
  })
}
