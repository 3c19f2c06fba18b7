import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { SimulatedPortal } from '../../../simulator/index.ts'

/**
 * What a HubSpot contact must look like here, derived from HubSpot's own records for the suite's mapping. Written
 * independently: it shares no code with what it judges.
 */
export interface ExpectedContact {
  readonly id: string
  readonly name: string
  readonly description: string
  /** By HubSpot property. Null if it is empty, undefined if it cannot be converted. */
  readonly fields: ReadonlyMap<string, string | number | boolean | null | undefined>
  /** "EMAIL ada@example.test" */
  readonly handles: ReadonlySet<string>
}

export interface HubSpotSide {
  /** Contacts in scope by id. */
  readonly contacts: ReadonlyMap<string, ExpectedContact>
  /** Ids of all live companies. */
  readonly companies: ReadonlySet<string>
}

type Record_ = { readonly id: number; value(name: string): string | null }

export function readHubSpotSide(portal: SimulatedPortal, source: 'FROM_LIST' | 'FROM_SYNCED_ACCOUNTS'): HubSpotSide {
  const { records, associations } = portal.world
  const companies = new Set<string>()
  for (const company of records.companies.after(0)) companies.add(String(company.id))
  const contacts = new Map<string, ExpectedContact>()
  const label = labelsOf(portal)
  for (const record of records.contacts.after(0)) {
    const isOfCompany = [...associations.companiesOf(record.id).keys()].some((id) => companies.has(String(id)))
    if (source === 'FROM_SYNCED_ACCOUNTS' && !isOfCompany) continue
    contacts.set(String(record.id), expectedContact(record, label))
  }
  return { contacts, companies }
}

function labelsOf({ world }: SimulatedPortal): (value: string) => string {
  const options = world.properties.contacts.get('lifecyclestage')?.options ?? []
  return (value) => String(options.find((option) => option?.value === value)?.label ?? value)
}

function expectedContact(record: Record_, label: (value: string) => string): ExpectedContact {
  const text = (name: string) => (record.value(name) ?? '').trim()
  const orNull = (value: string) => (value === '' ? null : value)
  const number = text('annual_spend')
  const flag = text('newsletter_opt_in')
  const emails = [text('email'), text('work_email'), ...(record.value('hs_additional_emails') ?? '').split(';')]
  return {
    id: String(record.id),
    name: [text('firstname'), text('lastname')].filter((part) => part !== '').join(' '),
    description: text('about'),
    fields: new Map<string, string | number | boolean | null | undefined>([
      ['jobtitle', orNull(text('jobtitle'))],
      ['city', orNull(text('city'))],
      ['lifecyclestage', orNull(label(text('lifecyclestage')))],
      ['annual_spend', number === '' ? null : Number(number)],
      ['newsletter_opt_in', flag === '' ? null : flag === 'true'],
      ['customer_since', dateOf(text('customer_since'))],
    ]),
    handles: new Set([
      ...emails
        .map((email) => email.trim().toLowerCase())
        .filter((email) => email !== '')
        .map((email) => `EMAIL ${email}`),
      ...[text('phone'), text('mobilephone')]
        .filter((phone) => /[1-9]/.test(phone))
        .map((phone) => `PHONE ${numberOf(phone)}`),
    ]),
  }
}

/** A phone number in a form in which all of its notations are equal. An extension is part of it (B49). */
function numberOf(text: string): string {
  const parsed = parsePhoneNumberFromString(text, 'US')
  if (!parsed?.isValid()) return text
  return parsed.ext ? `${parsed.number};ext=${parsed.ext}` : parsed.number
}

/** Undefined for a day that does not exist. */
function dateOf(text: string): string | null | undefined {
  if (text === '') return null
  if (/^\d{6,}$/.test(text)) return new Date(Number(text)).toISOString()
  const date = new Date(`${text}T00:00:00.000Z`)
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  return isReal ? date.toISOString() : undefined
}
