import type { SeededRecords } from '../portal/crm-record.ts'
import { idScheme } from './ids.ts'
import { mix, pick } from './mix.ts'
import { DEFAULT_OWNERS } from './owners.ts'
import { INDUSTRIES } from './property-options.ts'
import { FIRST_CREATED_AT } from './seeded-contacts.ts'
import { type Row, type RowTimes, seededRecords, type ValueOf } from './seeded-records.ts'

export type CompanyKind = 'ordinary' | 'no-domain' | 'free-mail-domain' | 'duplicate-domain' | 'archived'

const KINDS_BY_SLOT: readonly CompanyKind[] = [
  ...Array<CompanyKind>(5).fill('no-domain'),
  ...Array<CompanyKind>(2).fill('free-mail-domain'),
  ...Array<CompanyKind>(3).fill('duplicate-domain'),
  'archived',
]

const FREE_MAIL_DOMAINS = ['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.de']
const STEMS = ['Acme', 'Globex', 'Łąka', 'Société Réunie', '日本商事', 'Müller & Söhne', 'Umbrella', 'Вектор']
const FORMS = ['Inc.', 'GmbH', 'S.A.', 'Ltd', 'KK', 'AB']
const CITIES = ['Hamburg', 'Lyon', 'Boston', '大阪', 'Kraków']
const DAY = 86_400_000

const plannedKind = (seed: number, index: number): CompanyKind =>
  KINDS_BY_SLOT[(index * 37 + (mix(seed, 1, 2) % 100)) % 100] ?? 'ordinary'

/** The earlier ordinary company whose domain a duplicate repeats. */
export const domainHolderOf = (seed: number, index: number): number | undefined => {
  for (let candidate = index - 1; candidate >= 0; candidate--) {
    if (plannedKind(seed, candidate) === 'ordinary') return candidate
  }
  return undefined
}

export const companyKindOf = (seed: number, index: number): CompanyKind => {
  const planned = plannedKind(seed, index)
  return planned === 'duplicate-domain' && domainHolderOf(seed, index) === undefined ? 'ordinary' : planned
}

const domainAt = (index: number) => `company-${index}.example.com`

const domain: ValueOf<CompanyKind> = ({ seed, index, kind }) => {
  switch (kind) {
    case 'no-domain':
      return null
    case 'free-mail-domain':
      return pick(FREE_MAIL_DOMAINS, index)
    case 'duplicate-domain':
      return domainAt(domainHolderOf(seed, index) ?? index)
    default:
      return domainAt(index)
  }
}

const generators: Readonly<Record<string, ValueOf<CompanyKind>>> = {
  name: ({ seed, index }) => `${pick(STEMS, mix(seed, index, 50))} ${index} ${pick(FORMS, mix(seed, index, 51))}`,
  domain,
  hs_additional_domains: ({ index, kind }) =>
    kind === 'ordinary' && index % 10 === 3 ? `company-${index}.example.net` : null,
  description: ({ seed, index }) => (mix(seed, index, 52) % 3 === 0 ? 'Customer of the first hour.' : null),
  industry: ({ seed, index }) => pick(INDUSTRIES, mix(seed, index, 53)).value,
  city: ({ seed, index }) => pick(CITIES, mix(seed, index, 54)),
  phone: ({ seed, index }) => (mix(seed, index, 55) % 2 ? `+4940${2_000_000 + index}` : null),
  numberofemployees: ({ seed, index }) => String(1 + (mix(seed, index, 56) % 5000)),
  hubspot_owner_id: ({ seed, index }) => pick(DEFAULT_OWNERS, mix(seed, index, 57) % 3).id,
}

const timesOf = ({ seed, index, kind }: Row<CompanyKind>): RowTimes => {
  const createdAt = FIRST_CREATED_AT - 30 * DAY + index * 10_000
  const updatedAt = createdAt + (mix(seed, index, 58) % 700) * DAY
  return { createdAt, updatedAt, archivedAt: kind === 'archived' ? updatedAt + DAY : null }
}

export const seededCompanies = (seed: number, count: number): SeededRecords => {
  let archivedCount = 0
  for (let index = 0; index < count; index++) if (companyKindOf(seed, index) === 'archived') archivedCount++
  const ids = idScheme(5001, seed, () => false)
  return seededRecords({
    seed,
    count,
    archivedCount,
    ids,
    generators,
    kindOf: companyKindOf,
    timesOf,
    isMerged: () => false,
  })
}
