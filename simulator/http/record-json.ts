import { type CrmRecord, isoTime, OBJECT_TYPE_IDS, type ObjectType } from '../portal/crm-record.ts'
import type { SimulatedPortal } from '../portal/portal.ts'
import type { ReadValue } from '../portal/record-store.ts'

const ALWAYS_RETURNED: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: ['createdate', 'hs_object_id', 'lastmodifieddate'],
  companies: ['createdate', 'hs_lastmodifieddate', 'hs_object_id'],
}

const DEFAULT_PROPERTIES: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: ['email', 'firstname', 'lastname'],
  companies: ['domain', 'name'],
}

export type WriteRecord = (record: CrmRecord, more?: string) => string

/**
 * Returns a function that writes records with these properties as JSON. Names without a definition are omitted, and
 * empty properties with a definition are null. Both are decided here once, since a batch repeats the same names for a
 * hundred records.
 */
export const recordWriter = (
  portal: SimulatedPortal,
  objectType: ObjectType,
  asked: readonly string[],
): WriteRecord => {
  const { records, properties } = portal.world
  const definitions = properties[objectType]
  const wanted = asked.length > 0 ? asked : DEFAULT_PROPERTIES[objectType]
  const names = [...new Set([...wanted, ...ALWAYS_RETURNED[objectType]])].sort()
  const plan: [key: string, read: ReadValue][] = names
    .filter((name) => definitions.get(name)?.archivedAt === null)
    .map((name, position) => [`${position === 0 ? '' : ','}${JSON.stringify(name)}:`, records[objectType].reader(name)])
  const urlStart = `https://${portal.settings.uiDomain}/contacts/${portal.hubId}/record/${OBJECT_TYPE_IDS[objectType]}/`
  return (record, more = '') => {
    let values = ''
    for (const [key, read] of plan) values += key + JSON.stringify(read(record))
    const archivedAt = record.archivedAt === null ? '' : `,"archivedAt":"${isoTime(record.archivedAt)}"`
    return (
      `{"id":"${record.id}","properties":{${values}},"createdAt":"${isoTime(record.createdAt)}",` +
      `"updatedAt":"${isoTime(record.updatedAt)}","archived":${record.archivedAt !== null}${archivedAt}` +
      `,"url":"${urlStart}${record.id}"${more}}`
    )
  }
}
