import type { SimulatedPortal } from '../../simulator/index.ts'

export type State = 'A' | 'B'
export const otherState = (state: State): State => (state === 'A' ? 'B' : 'A')

const contacts = 10
const companies = 7
const firstContact = 201
const firstCompany = 501

/** All records of the portal. */
export const everyRecord = {
  ACCOUNT: Array.from({ length: companies }, (_, n) => BigInt(firstCompany + n)),
  CONTACT: Array.from({ length: contacts }, (_, n) => BigInt(firstContact + n)),
}

/** Properties that change between the two states of the portal. */
const stages = { A: 'lead', B: 'customer' } as const
const owners = { A: '41629779', B: '41629780' } as const

/**
 * A portal of a few dozen records in small pages that alternates between two states: all values change, some contacts
 * change their company, one leaves the list and comes back, and so do a contact and a company in HubSpot.
 */
export function bringTo(portal: SimulatedPortal, state: State): void {
  for (let n = 0; n < companies; n++) {
    const properties = { name: `Company ${n} ${state}`, domain: `company-${n}.example` }
    portal.putCompany({ id: firstCompany + n, properties })
  }
  for (let n = 0; n < contacts; n++) {
    portal.putContact({
      id: firstContact + n,
      properties: {
        firstname: `Person${n}`,
        lastname: state,
        email: `person-${n}@company-${n % companies}.example`,
        phone: n % 3 === 0 ? `+1212555${state === 'A' ? 10 : 20}${String(n).padStart(2, '0')}` : null,
        lifecyclestage: stages[state],
        hubspot_owner_id: n % 2 === 0 ? owners[state] : owners[otherState(state)],
      },
    })
  }
  for (let n = 0; n < contacts; n++) associate(portal, n, state)
  const members = Array.from({ length: contacts }, (_, n) => firstContact + n)
  portal.putList({ listId: '42', members: state === 'A' ? members.slice(0, -1) : members })
  if (state === 'A') {
    portal.archiveContact(firstContact + 5)
    portal.archiveCompany(firstCompany + 6)
  } else {
    portal.restoreContact(firstContact + 5)
    portal.restoreCompany(firstCompany + 6)
  }
}

function associate(portal: SimulatedPortal, n: number, state: State): void {
  const contact = firstContact + n
  // Every seventh has no company at all.
  if (n % 7 === 6) return
  const [one, other] = [firstCompany + (n % 4), firstCompany + ((n + 1) % 4)]
  const isFirst = (n % 3 === 0) === (state === 'A')
  const hasTwo = n % 2 === 0
  portal.associate(isFirst ? one : other, contact, { primary: true })
  if (hasTwo) portal.associate(isFirst ? other : one, contact, { primary: false })
  else portal.dissociate(isFirst ? other : one, contact)
}

/** The owners and properties that both states use. */
export function prepare(portal: SimulatedPortal): void {
  portal.putOwner({ id: owners.A, firstName: 'Olga', lastName: 'Active' })
  portal.putOwner({ id: owners.B, firstName: 'Otto', lastName: 'Other' })
  portal.configure({ associationPageSize: 2, associationRateLimit: null, rateLimit: null, searchPerSecond: null })
}
