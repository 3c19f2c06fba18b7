import type { SimulatedPortal } from '../../../simulator/index.ts'
import type { Random } from '../stage/waiting.ts'

/** Live contacts of a portal that were not merged, lowest id first. */
export function plainContacts(portal: SimulatedPortal): number[] {
  const ids: number[] = []
  for (const record of portal.world.records.contacts.after(0)) {
    if (!record.value('hs_merged_object_ids')) ids.push(record.id)
  }
  return ids
}

/** Makes the changes of a typical day: values, departures, arrivals, merges, handles that move. */
export function changeSome(portal: SimulatedPortal, random: Random): void {
  const ids = plainContacts(portal)
  const take = () => ids.splice(random.whole(0, ids.length - 1), 1)[0] ?? 0
  for (let count = 0; count < 60; count++) {
    portal.putContact({
      id: take(),
      properties: { city: `City ${count}`, jobtitle: count % 3 === 0 ? null : `Job ${count}` },
    })
  }
  for (let count = 0; count < 20; count++) portal.archiveContact(take())
  for (let count = 0; count < 10; count++) {
    // If both are synced, the primary one stays. If no event reports which one that is, the lower id counts as the primary
    // (B59).
    const [primary = 0, other = 0] = [take(), take()].sort((a, b) => a - b)
    portal.mergeContacts(primary, other)
  }
  for (let count = 0; count < 10; count++) {
    const [giver, taker] = [take(), take()]
    const email = portal.contact(giver)?.properties.email ?? null
    portal.putContact({ id: giver, properties: { email: `moved-${count}@portal.example` } })
    portal.putContact({ id: taker, properties: { work_email: email } })
  }
  const companies = [...portal.world.records.companies.after(0)].map(({ id }) => id)
  for (let count = 0; count < 25; count++) {
    const id = portal.putContact({
      properties: { firstname: 'New', lastname: String(count), email: `new-${count}@portal.example` },
    })
    portal.associate(random.pick(companies), id)
  }
  for (let count = 0; count < 10; count++) {
    const contact = take()
    for (const company of [...portal.world.associations.companiesOf(contact).keys()])
      portal.dissociate(company, contact)
    portal.associate(random.pick(companies), contact)
  }
}
