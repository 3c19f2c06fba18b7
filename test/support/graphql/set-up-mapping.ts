import { v7 as uuidv7 } from 'uuid'
import type { CustomFieldType, MappingTarget, ObjectType } from '../../../src/generated/prisma/enums.ts'
import type { TestDatabase } from '../test-database.ts'

/** Creates a custom field of the workspace. Returns its id. */
export async function storeCustomField(
  { prisma }: TestDatabase,
  workspaceId: string,
  key: string,
  type: CustomFieldType,
  { objectType = 'CONTACT', options = [] }: { objectType?: ObjectType; options?: string[] } = {},
): Promise<string> {
  const id = uuidv7()
  await prisma.customField.create({ data: { id, workspaceId, objectType, key, name: key, type, options } })
  return id
}

/** Stores a portal in Europe, and mappings of these properties. A custom field is named by its id. */
export async function storeMappings(
  { prisma }: TestDatabase,
  workspaceId: string,
  objectType: ObjectType,
  mappings: readonly (readonly [property: string, target: MappingTarget, customFieldId?: string])[],
): Promise<void> {
  await prisma.syncSettings.upsert({ where: { workspaceId }, create: { workspaceId }, update: {} })
  await prisma.fieldMapping.createMany({
    data: mappings.map(([hubspotProperty, target, customFieldId], position) => ({
      workspaceId,
      objectType,
      position,
      hubspotProperty,
      target,
      customFieldId,
    })),
  })
  await prisma.hubSpotConnection.upsert({
    where: { workspaceId },
    update: {},
    create: {
      workspaceId,
      status: 'CONNECTED',
      portalId: 4711n,
      uiDomain: 'app-eu1.hubspot.com',
      dataHostingLocation: 'eu1',
      timeZone: 'UTC',
      scopes: [],
      connectedAt: new Date(),
    },
  })
}
