import type { ObjectType } from '../portal/crm-record.ts'
import type { PortalWorld } from '../portal/portal-world.ts'

export interface Link {
  /** Id of the record at the other end. */
  id: number
  primary: boolean
}

/** The links of a live record to live records of the other type, by ascending id. */
export const liveLinks = (world: PortalWorld, from: ObjectType, id: number): Link[] => {
  const record = world.records[from].resolve(id)
  if (record?.archivedAt !== null) return []
  const to = from === 'contacts' ? 'companies' : 'contacts'
  const { associations } = world
  const links = from === 'contacts' ? associations.companiesOf(record.id) : associations.contactsOf(record.id)
  return [...links]
    .filter(([other]) => world.records[to].live(other))
    .sort(([a], [b]) => a - b)
    .map(([other, primary]) => ({ id: other, primary }))
}
