import type { HubSpotContact, HubSpotRecord, ObjectType, World } from '../reference/world.ts'

/**
 * Merges two records into one with a new id (B59). The primary's values come first. Does nothing unless there are two.
 */
export function mergeRecords(
  world: World,
  objectType: ObjectType,
  { of, to, isToldOf }: { readonly of: number; readonly to: number; readonly isToldOf: boolean },
): World {
  const { hubspot, store } = world
  const records: readonly HubSpotRecord[] = objectType === 'CONTACT' ? hubspot.contacts : hubspot.companies
  const primary = records[of % records.length]
  const other = records[to % records.length]
  if (!primary || !other || primary === other) return world
  const id = hubspot.nextId
  const mergedIds = [...primary.mergedIds, ...other.mergedIds, primary.id, other.id]
  const merged = { id, mergedIds, values: mergedValues(primary.values, other.values) }
  const isOld = (old: bigint) => old === primary.id || old === other.id

  const contacts = objectType === 'CONTACT' ? mergeContacts() : hubspot.contacts.map(reassociate)
  const companies =
    objectType === 'ACCOUNT' ? [...hubspot.companies.filter((one) => !isOld(one.id)), merged] : hubspot.companies
  const told = [primary, other].map((old) => ({
    objectType,
    id: old.id,
    mergedInto: id,
    isPrimary: old === primary,
  }))
  return {
    ...world,
    hubspot: {
      ...hubspot,
      contacts,
      companies,
      nextId: id + 1n,
      mergedAway: { ...hubspot.mergedAway, [objectType]: [...hubspot.mergedAway[objectType], primary.id, other.id] },
    },
    store: { ...store, aliases: isToldOf ? [...store.aliases, ...told] : store.aliases },
  }

  function mergeContacts(): HubSpotContact[] {
    const [first, second] = [primary, other] as HubSpotContact[]
    const own = first?.companies ?? []
    const hasPrimary = own.some(({ isPrimary }) => isPrimary)
    const added = (second?.companies ?? [])
      .filter((company) => !own.some((one) => one.id === company.id))
      .map((company) => ({ ...company, isPrimary: company.isPrimary && !hasPrimary }))
    const contact = { ...merged, inList: first?.inList || second?.inList || false, companies: [...own, ...added] }
    return [...hubspot.contacts.filter((one) => !isOld(one.id)), contact]
  }

  function reassociate(contact: HubSpotContact): HubSpotContact {
    const left = contact.companies.filter((company) => !isOld(company.id))
    const moved = contact.companies.filter((company) => isOld(company.id))
    if (moved.length === 0) return contact
    return { ...contact, companies: [...left, { id, isPrimary: moved.some(({ isPrimary }) => isPrimary) }] }
  }
}

function mergedValues(primary: HubSpotRecord['values'], other: HubSpotRecord['values']): HubSpotRecord['values'] {
  const own = Object.fromEntries(Object.entries(primary).filter(([, value]) => value?.trim()))
  const spare = [primary.hs_additional_emails, other.hs_additional_emails, other.email].filter((text) => text?.trim())
  return { ...other, ...own, ...(spare.length > 0 && { hs_additional_emails: spare.join(';') }) }
}
