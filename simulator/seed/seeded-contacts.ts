import { isoTime, type SeededRecords } from '../portal/crm-record.ts'
import * as handles from './contact-handles.ts'
import { contactIds } from './contact-ids.ts'
import { type ContactKind, contactKindOf } from './contact-kinds.ts'
import { mix, pick } from './mix.ts'
import { DEFAULT_OWNERS } from './owners.ts'
import { INTERESTS, LIFECYCLE_STAGES } from './property-options.ts'
import { type Row, type RowTimes, seededRecords, type ValueOf } from './seeded-records.ts'

type ContactValue = ValueOf<ContactKind>

const DAY = 86_400_000
/** Creation time of the first contact: 2021-01-04. */
export const FIRST_CREATED_AT = Date.UTC(2021, 0, 4)
const BETWEEN_CONTACTS = 120_000

const JOB_TITLES = ['Buyer', 'Head of Support', 'Geschäftsführerin', 'Directeur général', '営業部長', 'Инженер', 'CTO']
const ABOUT = [
  'Met at the spring fair.\nWants a quote in writing.',
  'Prefers e-mail — "no calls before 10".',
  'Long-time customer\tsince the first release 🎉',
  'Ordered twice; paid late once.\r\nAsk for Ms. Brandt & Co.',
]
const IMPOSSIBLE_DATES = ['2023-02-30', '2021-13-01', '0000-00-00', 'sometime in May']

const bits = ({ seed, index }: Row, salt: number) => mix(seed, index, salt)

/** The value for most of the rows; in `emptyOfTen` of ten rows it is empty. */
const mostly = (salt: number, emptyOfTen: number, make: (row: Row, number: number) => string | null): ContactValue => {
  return (row) => {
    const number = bits(row, salt)
    return number % 10 < emptyOfTen ? null : make(row, number >>> 4)
  }
}

const customerSince: ContactValue = (row) => {
  const number = bits(row, 36)
  if (row.kind === 'impossible-date') return pick(IMPOSSIBLE_DATES, number)
  if (number % 10 < 3) return null
  const midnight = Date.UTC(2012, 0, 1) + ((number >>> 4) % 4000) * DAY
  return number % 10 === 3 ? String(midnight) : isoTime(midnight).slice(0, 10)
}

const firstName: ContactValue = (row) => {
  const number = bits(row, 30) % 40
  const { written } = handles.firstNameOf(row)
  return number === 0 ? null : number === 1 ? ` ${written} ` : written
}

const lastName: ContactValue = (row) => {
  const nameless = bits(row, 31) % 25 === 0 && firstName(row) !== null
  return nameless ? null : handles.lastNameOf(row).written
}

const interests = (_row: Row, number: number): string => {
  const chosen = INTERESTS.filter((_, index) => (number >>> index) & 1).map((option) => option.value)
  return number % 7 === 0 && chosen.length > 0 ? `;${chosen.join(';')}` : chosen.join(';')
}

const generators: Readonly<Record<string, ContactValue>> = {
  firstname: firstName,
  lastname: lastName,
  email: handles.email,
  hs_additional_emails: handles.additionalEmails,
  work_email: handles.workEmailText,
  phone: handles.phone,
  mobilephone: handles.mobilePhone,
  jobtitle: mostly(32, 2, (_, number) => pick(JOB_TITLES, number)),
  city: mostly(33, 2, (row, number) => pick(handles.nameFamilyOf(row).cities, number)),
  lifecyclestage: mostly(34, 1, (_, number) => pick(LIFECYCLE_STAGES, number).value),
  interests: mostly(35, 3, interests),
  annual_spend: mostly(37, 3, (_, number) => String((number % 1_000_000) / 100)),
  newsletter_opt_in: mostly(38, 2, (_, number) => String(number % 2 === 0)),
  customer_since: customerSince,
  last_demo_at: mostly(39, 5, (_, number) => isoTime(Date.UTC(2024, 0, 1) + (number % 500_000) * 60_000)),
  hubspot_owner_id: mostly(40, 3, (_, number) => pick(DEFAULT_OWNERS, number % 3).id),
  linkedin_url: mostly(41, 6, (row) => `https://www.linkedin.com/in/${handles.firstNameOf(row).latin}-${row.index}`),
  about: mostly(42, 6, (_, number) => pick(ABOUT, number)),
  hs_merged_object_ids: (row) => (row.kind === 'merged' ? contactIds(row.seed).spareIds(row.index).join(';') : null),
}

const timesOf = ({ seed, index, kind }: Row<ContactKind>): RowTimes => {
  const createdAt = FIRST_CREATED_AT + index * BETWEEN_CONTACTS + (mix(seed, index, 43) % BETWEEN_CONTACTS)
  const updatedAt = createdAt + (mix(seed, index, 44) % 400) * DAY
  return { createdAt, updatedAt, archivedAt: kind === 'archived' ? updatedAt + DAY : null }
}

export const seededContacts = (seed: number, count: number): SeededRecords => {
  let archivedCount = 0
  for (let index = 0; index < count; index++) if (contactKindOf(seed, index) === 'archived') archivedCount++
  const isMerged = (index: number) => contactKindOf(seed, index) === 'merged'
  return seededRecords({
    seed,
    count,
    archivedCount,
    ids: contactIds(seed),
    generators,
    kindOf: contactKindOf,
    timesOf,
    isMerged,
  })
}
