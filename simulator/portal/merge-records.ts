import { editedRecord, OBJECT_TYPE_IDS, type ObjectType, type PropertyValues } from './crm-record.ts'
import type { PortalWorld } from './portal-world.ts'

const joinIds = (...parts: (string | number | null | undefined)[]): string =>
  [...new Set(parts.flatMap((part) => String(part ?? '').split(';')).filter((id) => id !== ''))].join(';')

const mergedValues = (primary: PropertyValues, other: PropertyValues, ids: string): PropertyValues => {
  const values = { ...other }
  for (const [name, value] of Object.entries(primary)) if (value !== null && value !== '') values[name] = value
  const spareEmails = joinIds(primary.hs_additional_emails, other.hs_additional_emails, other.email)
  const additional = spareEmails.split(';').filter((email) => email !== '' && email !== values.email)
  if (additional.length > 0) values.hs_additional_emails = additional.join(';')
  values.hs_merged_object_ids = ids
  return values
}

/** Merges both records into one with a new id, under which the old ids still resolve. Returns the new id. */
export const mergeRecords = (
  world: PortalWorld,
  objectType: ObjectType,
  primaryId: number,
  otherId: number,
  now: number,
): number => {
  const store = world.records[objectType]
  const primary = store.resolve(primaryId)
  const other = store.resolve(otherId)
  if (primary?.archivedAt !== null || other?.archivedAt !== null || primary.id === other.id) {
    throw new Error(`Cannot merge ${objectType} ${primaryId} and ${otherId}: both must be live and distinct`)
  }
  const id = store.takeId()
  const [first, second] = [primary.values(), other.values()]
  const ids = joinIds(first.hs_merged_object_ids, second.hs_merged_object_ids, primary.id, other.id)
  const createdAt = Math.min(primary.createdAt, other.createdAt)
  store.put(
    editedRecord({ id, createdAt, updatedAt: now, archivedAt: null, properties: mergedValues(first, second, ids) }),
  )
  for (const old of [primary.id, other.id]) {
    moveAssociations(world, objectType, old, id)
    store.remove(old, id)
    moveMemberships(world, objectType, old, id)
  }
  return id
}

const moveAssociations = (
  { associations }: PortalWorld,
  objectType: ObjectType,
  oldId: number,
  newId: number,
): void => {
  const links = objectType === 'contacts' ? associations.companiesOf(oldId) : associations.contactsOf(oldId)
  for (const [partner, primary] of [...links]) {
    const [oldPair, newPair]: [[number, number], [number, number]] =
      objectType === 'contacts'
        ? [
            [partner, oldId],
            [partner, newId],
          ]
        : [
            [oldId, partner],
            [newId, partner],
          ]
    const contactId = newPair[1]
    // The primary record was moved first, so its primary company stays the primary one.
    const keepsPrimary = primary && (objectType === 'companies' || associations.primaryCompanyOf(contactId) === null)
    const already = associations.companiesOf(contactId).get(newPair[0]) ?? false
    associations.delete(...oldPair)
    associations.set(...newPair, keepsPrimary || already)
  }
}

const moveMemberships = ({ lists }: PortalWorld, objectType: ObjectType, oldId: number, newId: number): void => {
  for (const list of lists.values()) {
    if (list.objectTypeId !== OBJECT_TYPE_IDS[objectType] || list.members === 'all') continue
    const joinedAt = list.members.get(oldId)
    if (joinedAt === undefined) continue
    const members = new Map(list.members)
    members.delete(oldId)
    if (!members.has(newId)) members.set(newId, joinedAt)
    list.members = members
  }
}
