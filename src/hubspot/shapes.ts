import { z } from 'zod'
import { hubspotTypeIds } from './object-types.ts'
import { toId } from './parse-answer.ts'
import type { AccountInfo, HubSpotList, HubSpotOwner, HubSpotProperty } from './portal.ts'
import { readCursor } from './read-cursor.ts'

const id = z.union([z.string(), z.number()]).transform((value, context) => {
  const parsed = toId(value)
  if (parsed !== null) return parsed
  context.addIssue({ code: 'custom', message: 'is not an id' })
  return z.NEVER
})
const next = z
  .unknown()
  .optional()
  .transform((paging, context) => {
    const cursor = readCursor(paging)
    if ('next' in cursor) return cursor.next
    context.addIssue({ code: 'custom', message: cursor.odd })
    return z.NEVER
  })
/** HubSpot's list ids are decimal text as well, and are used as they are. */
const listId = z.union([z.string().min(1), z.int().nonnegative()]).transform(String)
const count = z.coerce.number().int().nonnegative().nullable().catch(null)

const listSchema = z.object({
  listId,
  name: z.string(),
  objectTypeId: z.string(),
  processingType: z.string(),
  processingStatus: z.string().nullish(),
  deletedAt: z.string().nullish(),
  size: count.optional(),
  additionalProperties: z.object({ hs_list_size: count.optional() }).nullish(),
})
export type ListAnswer = z.infer<typeof listSchema>

export const listAnswerSchema = z.object({ list: listSchema })

export const listSearchSchema = z.object({
  lists: z.array(listSchema),
  total: z.number(),
  hasMore: z.boolean(),
})

export const isLiveContactList = (list: ListAnswer) => list.objectTypeId === hubspotTypeIds.CONTACT && !list.deletedAt

export function toList(list: ListAnswer): HubSpotList {
  return {
    id: list.listId,
    name: list.name,
    size: list.size ?? list.additionalProperties?.hs_list_size ?? null,
    isDynamic: list.processingType === 'DYNAMIC',
    // A list of any type can have this status, and any status other than COMPLETE means not complete.
    isBuilding: (list.processingStatus ?? 'COMPLETE') !== 'COMPLETE',
  }
}

export const membershipsSchema = z
  .object({ results: z.array(z.object({ recordId: id })), paging: next })
  .transform(({ results, paging }) => ({ recordIds: results.map(({ recordId }) => recordId), next: paging }))

/** The lists that each of several records is in. */
export const recordMembershipSchema = z
  .object({ recordId: id, recordListMemberships: z.array(z.object({ listId })) })
  .transform(({ recordId, recordListMemberships }) => ({
    hubspotId: recordId,
    listIds: recordListMemberships.map((membership) => membership.listId),
  }))

const text = z.string().catch('')
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const optionSchema = z.object({ label: word.refine((label) => label.trim() !== ''), value: word })
/** An option in an unexpected shape, or without a label, affects only itself (B34). */
const options = z.array(optionSchema.nullable().catch(null)).transform((all) => all.filter((one) => one !== null))
const plainProperty = {
  name: z.string(),
  label: text,
  referencedObjectType: z.string().nullable().default(null),
  archived: z.boolean().catch(false),
}
/** Without its options or its field type, a choice would be misread, so such a property is rejected. */
const propertySchema: z.ZodType<HubSpotProperty> = z.union([
  z.object({ ...plainProperty, type: z.literal('enumeration'), fieldType: z.string(), options }),
  z.object({
    ...plainProperty,
    type: z.string().refine((type) => type !== 'enumeration'),
    fieldType: text,
    options: options.catch([]),
  }),
])
export const propertiesSchema = z.object({ results: z.array(propertySchema) })

/** The number of records that a search finds. The records themselves are not requested. */
export const searchTotalSchema = z.object({ total: count }).transform(({ total }) => total)

const ownerSchema = z
  .object({ id: z.coerce.string(), email: z.string().nullish(), firstName: text, lastName: text })
  .transform(({ id, email, firstName, lastName }): HubSpotOwner => {
    const name = `${firstName} ${lastName}`.trim()
    return { id, email: email || null, name: name || email || id }
  })
export const ownersSchema = z
  .object({ results: z.array(ownerSchema), paging: next })
  .transform(({ results, paging }) => ({ owners: results, next: paging }))

export const accountInfoSchema: z.ZodType<AccountInfo> = z.object({
  portalId: id,
  uiDomain: z.string(),
  dataHostingLocation: text,
  timeZone: z.string().catch('UTC'),
})
