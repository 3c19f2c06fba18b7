import { describe, expect, test } from 'vitest'
import {
  email,
  inHubSpot,
  linkedTo,
  local,
  mapping,
  phone,
  properties,
  settings,
  stored,
  synced,
  world,
} from '../worlds/small-worlds.ts'
import { referenceSync } from './reference-sync.ts'
import { tellContact } from './told.ts'
import type { HubSpotContact, Mapping, StoredHandle } from './world.ts'

const emails = [mapping('email', 'EMAIL'), mapping('work_email', 'EMAIL')]
const phones = [mapping('phone', 'PHONE')]

const handlesAfter = (
  before: StoredHandle[],
  values: HubSpotContact['values'],
  { mappings = [...emails, ...phones] as Mapping[], region = 'US', deletedProperty = '' } = {},
) => {
  const given = world(
    [inHubSpot(7, values)],
    [stored('X', before, linkedTo(7))],
    settings(mappings, { defaultPhoneRegion: region }),
  )
  const left = properties.filter(({ name }) => name !== deletedProperty)
  const { store } = referenceSync({ ...given, hubspot: { ...given.hubspot, properties: left } }, 1)
  return store.contacts.map(tellContact).join().split(' | ')[0]
}

describe('the reference sync writes handles according to B49', () => {
  test('B49: handles are normalised, and a repeated handle is one handle', () => {
    const values = { email: ' A@X.io', work_email: 'a@x.io ', phone: ' (415) 555-2671 ' }
    expect(handlesAfter([], values)).toBe('X: +14155552671, a@x.io')
  })

  test('B49: plus signs and dots are kept', () => {
    expect(handlesAfter([], { email: 'a.b+c@x.io', work_email: 'ab@x.io' })).toBe('X: a.b+c@x.io, ab@x.io')
  })

  test.each([
    ['US', '020 7946 0958', '020 7946 0958'],
    ['GB', '020 7946 0958', '+442079460958'],
    ['GB', '+1 415 555 2671', '+14155552671'],
    ['US', ' ext 12 ', 'ext 12'],
    ['US', '(415) 555-2671 ext. 12', '+14155552671;ext=12'],
    ['US', '+14155552671;ext=12', '+14155552671;ext=12'],
    ['US', '415\u00a0555\u200b2671', '+14155552671'],
    ['US', '+52 1 55 1234 5678', '+525512345678'],
    ['MX', '1 55 1234 5678', '+525512345678'],
  ])('B49: in region %s the phone %j becomes %j', (region, text, value) => {
    expect(handlesAfter([], { phone: text }, { region })).toBe(`X: ${value}`)
  })

  test.each(['n/a', '-', '0', '00-00', '\u200b'])('B49: the phone %j is not a handle, as if it were empty', (text) => {
    expect(handlesAfter([synced(phone('12')), synced(email('a@x.io'))], { phone: text, email: 'a@x.io' })).toBe(
      'X: a@x.io',
    )
  })

  test.each(['none', 'a@', '@x.io', 'a@b@x.io'])(
    'B34, B49: the email %j is not a handle, and leaves the previous ones in place',
    (text) => {
      expect(handlesAfter([synced(email('a@x.io'))], { work_email: text, phone: '4155552671' })).toBe(
        'X: +14155552671, a@x.io',
      )
    },
  )

  test('B49: additional emails count when email is mapped, even if email itself is empty', () => {
    const values = { email: null, hs_additional_emails: 'B@x.io;; c@x.io' }
    expect(handlesAfter([], values)).toBe('X: b@x.io, c@x.io')
  })

  test('B49: handles that the sync wrote follow HubSpot; local handles stay, and stay local', () => {
    const before = [synced(email('old@x.io')), local(email('mine@x.io')), local(email('a@x.io')), synced(phone('12'))]
    expect(handlesAfter(before, { email: 'a@x.io' })).toBe('X: a@x.io (local), mine@x.io (local)')
  })

  test('B35: handles of a type that is no longer mapped stay', () => {
    const before = [synced(email('a@x.io')), synced(phone('12'))]
    expect(handlesAfter(before, { email: 'b@x.io' }, { mappings: emails })).toBe('X: 12, b@x.io')
  })

  test('HUBSPOT_FIELD_NOT_FOUND: handles of a type that a deleted property fed stay, and new ones are added', () => {
    const before = [synced(email('a@x.io')), synced(email('work@x.io'))]
    const after = handlesAfter(before, { email: 'b@x.io' }, { deletedProperty: 'work_email' })
    expect(after).toBe('X: a@x.io, b@x.io, work@x.io')
  })
})
