import { type ContactKind, handleShapeOf, holderOf } from './contact-kinds.ts'
import { mix, pick } from './mix.ts'
import { NAME_FAMILIES, type Name } from './names.ts'
import { phoneNumberAt, phoneText, writtenPhone, zeroZeroPhone } from './phone-numbers.ts'
import type { Row, ValueOf } from './seeded-records.ts'

type ContactRow = Row<ContactKind>
type ContactValue = ValueOf<ContactKind>

const MAIL_HOSTS = ['gmail.com', 'outlook.com', 'web.de', 'yahoo.co.jp', 'mail.example', 'post.example.org']
const WORK_HOSTS = ['acme.example.com', 'globex.example.net', 'initech.example.org', 'umbrella.example.io']

export const nameFamilyOf = ({ seed, index }: Row) => pick(NAME_FAMILIES, mix(seed, index, 10))
export const firstNameOf = (row: Row): Name => pick(nameFamilyOf(row).first, mix(row.seed, row.index, 11))
export const lastNameOf = (row: Row): Name => pick(nameFamilyOf(row).last, mix(row.seed, row.index, 12))

/** Empty in one of the ways in which HubSpot properties are empty. */
export const emptyValue = ({ seed, index }: Row, salt: number): string | null => {
  const number = mix(seed, index, salt) % 10
  return number < 7 ? null : number < 9 ? '' : '   '
}

const latinName = (row: Row) => `${firstNameOf(row).latin}.${lastNameOf(row).latin}`

// The index is part of every address, and each kind of address has its own hosts or a prefix, so none are equal by
// accident.
const primaryEmail = (row: Row) => `${latinName(row)}${row.index}@${pick(MAIL_HOSTS, mix(row.seed, row.index, 13))}`
const workEmail = (row: Row) => `${latinName(row)}-${row.index}@${pick(WORK_HOSTS, mix(row.seed, row.index, 14))}`

/** The same address as another person would type it. */
const retyped = (address: string, style: number): string =>
  pick(
    [` ${address}`, address.toUpperCase(), `${address} `, address.replace(/^./, (letter) => letter.toUpperCase())],
    style,
  )

const hasEmail = ({ seed, index, kind }: ContactRow): boolean => {
  if (kind === 'no-handle') return false
  const shape = handleShapeOf(seed, index)
  return shape === 'full' || shape === 'email-only' || shape === 'odd-phone'
}

export const email: ContactValue = (row) => (hasEmail(row) ? primaryEmail(row) : null)

export const additionalEmails: ContactValue = (row) => {
  const number = mix(row.seed, row.index, 15) % 20
  if (!hasEmail(row) || number > 2) return null
  const address = primaryEmail(row)
  return number === 0 ? `old-${address};older-${address}` : `old-${address}`
}

export const workEmailText: ContactValue = (row) => {
  const { seed, index, kind } = row
  const style = mix(seed, index, 16)
  if (kind === 'no-handle') return emptyValue(row, 17)
  if (kind === 'duplicate-email' || kind === 'duplicate-both') {
    return retyped(primaryEmail({ ...row, index: holderOf(seed, index, 'email') ?? index }), style)
  }
  const shape = handleShapeOf(seed, index)
  if (shape === 'work-email-only') return retyped(workEmail(row), style)
  if (shape !== 'full' || style % 10 < 3) return emptyValue(row, 17)
  return style % 10 < 5 ? retyped(primaryEmail(row), style >>> 4) : workEmail(row)
}

const ownPhone = (index: number) => phoneNumberAt(index * 2)
const ownMobile = (index: number) => phoneNumberAt(index * 2 + 1)

export const phone: ContactValue = (row) => {
  const { seed, index, kind } = row
  const style = mix(seed, index, 18)
  if (kind === 'no-handle') return emptyValue(row, 19)
  const shape = handleShapeOf(seed, index)
  if (shape === 'full' || shape === 'phone-only') return writtenPhone(ownPhone(index), style)
  if (shape === 'odd-phone') return style % 2 === 0 ? phoneText(seed, index) : zeroZeroPhone(ownPhone(index))
  return emptyValue(row, 19)
}

export const mobilePhone: ContactValue = (row) => {
  const { seed, index, kind } = row
  const style = mix(seed, index, 20)
  if (kind === 'no-handle') return emptyValue(row, 21)
  if (kind === 'duplicate-phone' || kind === 'duplicate-both') {
    return writtenPhone(ownPhone(holderOf(seed, index, 'phone') ?? index), style)
  }
  const shape = handleShapeOf(seed, index)
  if (shape === 'mobile-only') return writtenPhone(ownMobile(index), style)
  if (shape !== 'full' || style % 10 < 4) return emptyValue(row, 21)
  return style % 10 === 4 ? writtenPhone(ownPhone(index), style >>> 4) : writtenPhone(ownMobile(index), style)
}
