import { describe, expect, test } from 'vitest'
import {
  customField,
  email,
  inHubSpot,
  linkedTo,
  mapping,
  properties,
  settings,
  stored,
  synced,
  usualSettings,
  world,
} from '../worlds/small-worlds.ts'
import { referenceSync } from './reference-sync.ts'
import { told } from './told.ts'
import { refusedEmail, type SyncResult, type World } from './world.ts'

/** Runs over the HubSpot sides and settings of these worlds, one after the other, on the store of the first. */
const runs = (first: World, ...others: World[]): SyncResult => {
  let result = referenceSync(first, 1)
  others.forEach((next, index) => {
    result = referenceSync({ ...next, store: result.store }, index + 2)
  })
  return result
}

const annAtA = { firstname: 'Ann', email: 'a@x.io' }
const x = stored('X', [synced(email('a@x.io'))], { ...linkedTo(7), name: 'Ann' })

describe('the reference sync reports errors according to §10', () => {
  test('MISSING_HANDLE: a contact without a value in any mapped handle field is skipped, and a linked contact keeps everything', () => {
    const values = { firstname: 'Bea', work_email: 'not@mapped.io' }
    expect(told(runs(world([inHubSpot(7, values), inHubSpot(8, values)], [x])))).toEqual([
      'X: a@x.io | ACTIVE 7 held, seen in run 0 | Ann',
      'OPEN MISSING_HANDLE of 7 | on X | run 1',
      'OPEN MISSING_HANDLE of 8 | run 1',
      'COMPLETED_WITH_ERRORS: 2 skipped',
    ])
  })

  test('HUBSPOT_FIELD_NOT_FOUND: a deleted property is one error, its field stays, and the rest syncs', () => {
    const given = world([inHubSpot(7, { ...annAtA, firstname: 'Bea' }), inHubSpot(8, { email: 'b@x.io' })], [x])
    const withoutLastName = properties.filter(({ name }) => name !== 'lastname')
    const both = settings([...usualSettings.mappings, mapping('about', 'DESCRIPTION')])
    const hubspot = { ...given.hubspot, properties: withoutLastName }
    expect(told(runs({ ...given, hubspot, settings: both }))).toEqual([
      '8 of run 1: b@x.io | ACTIVE 8, seen in run 1',
      'X: a@x.io | ACTIVE 7, seen in run 1 | Ann',
      'OPEN HUBSPOT_FIELD_NOT_FOUND | lastname | run 1',
      'COMPLETED_WITH_ERRORS: 1 created, 1 unchanged',
    ])
  })

  test('HUBSPOT_FIELD_NOT_FOUND: a deleted handle property only affects new contacts', () => {
    const given = world([inHubSpot(7, { firstname: 'Bea' }), inHubSpot(8, { firstname: 'Cy' })], [x])
    const withoutPhone = properties.filter(({ name }) => name !== 'phone')
    expect(told(runs({ ...given, hubspot: { ...given.hubspot, properties: withoutPhone } }))).toEqual([
      'X: no handles | ACTIVE 7, seen in run 1 | Bea',
      'OPEN HUBSPOT_FIELD_NOT_FOUND | phone | run 1',
      'OPEN MISSING_HANDLE of 8 | run 1',
      'COMPLETED_WITH_ERRORS: 1 updated, 1 skipped',
    ])
  })

  test('B29: past the limit, the lowest ids are linked, linked contacts keep updating, and there is one error', () => {
    const hubspot = [
      inHubSpot(3, { email: 'c@x.io' }),
      inHubSpot(4, { email: 'd@x.io' }),
      inHubSpot(5, { email: 'e@x.io' }),
    ]
    const limited = settings(usualSettings.mappings, { contactLimit: 2 })
    const given = world([...hubspot, inHubSpot(7, { ...annAtA, firstname: 'Bea' })], [x], limited)
    expect(told(runs(given, given))).toEqual([
      '3 of run 1: c@x.io | ACTIVE 3, seen in run 2',
      'X: a@x.io | ACTIVE 7, seen in run 2 | Bea',
      'OPEN LIMIT_EXCEEDED | runs 1 to 2',
      'COMPLETED_WITH_ERRORS: 2 unchanged, 2 skipped',
    ])
  })

  test('B29, B58: a contact that returns to the list counts against the limit', () => {
    const out = stored('Y', [synced(email('b@x.io'))], linkedTo(8, 'OUT_OF_SCOPE'))
    const limited = settings(usualSettings.mappings, { contactLimit: 1 })
    expect(told(runs(world([inHubSpot(7, annAtA), inHubSpot(8, { email: 'b@x.io' })], [x, out], limited)))).toEqual([
      'X: a@x.io | ACTIVE 7, seen in run 1 | Ann',
      'Y: b@x.io | OUT_OF_SCOPE 8, seen in run 0',
      'OPEN LIMIT_EXCEEDED | run 1',
      'COMPLETED_WITH_ERRORS: 1 unchanged, 1 skipped',
    ])
  })

  test('B53: a record that cannot be written fails alone, and its contact stays as it was', () => {
    const refused = inHubSpot(7, { firstname: 'Bea', email: refusedEmail })
    expect(told(runs(world([refused, inHubSpot(8, { email: 'b@x.io' })], [x])))).toEqual([
      '8 of run 1: b@x.io | ACTIVE 8, seen in run 1',
      'X: a@x.io | ACTIVE 7 held, seen in run 0 | Ann',
      'OPEN UNEXPECTED of 7 | run 1',
      'COMPLETED_WITH_ERRORS: 1 created, 1 failed',
    ])
  })

  test('B54: a lasting problem is one error, and a problem that is gone is resolved', () => {
    const dated = settings([mapping('email', 'EMAIL'), customField('customer_since', 'DATETIME')])
    const wrong = world([inHubSpot(7, { email: 'a@x.io', customer_since: 'soon' })], [], dated)
    const right = world([inHubSpot(7, { email: 'a@x.io', customer_since: '2020-02-29' })], [], dated)
    expect(told(runs(wrong, wrong, right, wrong)).slice(1)).toEqual([
      'OPEN INVALID_VALUE of 7 | customer_since | on 7 of run 1 | run 4',
      'RESOLVED INVALID_VALUE of 7 | customer_since | on 7 of run 1 | runs 1 to 2',
      'COMPLETED_WITH_ERRORS: 1 unchanged',
    ])
  })

  test('B54: an error is resolved when its type changes and when its record leaves the scope', () => {
    const taken = world([inHubSpot(7, annAtA), inHubSpot(8, annAtA)], [x])
    const missing = world([inHubSpot(7, annAtA), inHubSpot(8)])
    const gone = world([inHubSpot(7, annAtA)])
    expect(told(runs(taken, missing, gone))).toEqual([
      'X: a@x.io | ACTIVE 7, seen in run 3 | Ann',
      'RESOLVED EMAIL_TAKEN of 8 | held by X of 7 | run 1',
      'RESOLVED MISSING_HANDLE of 8 | run 2',
      'COMPLETED: 1 unchanged',
    ])
  })

  test('B40: the sync time of a skipped contact stops until it syncs again, and nothing else changes', () => {
    const good = world([inHubSpot(7, annAtA)], [x])
    const bad = world([inHubSpot(7)])
    expect(told(runs(good, bad))).toContain('X: a@x.io | ACTIVE 7 held, seen in run 1 | Ann')
    expect(told(runs(good, bad, good)).slice(-1)).toEqual(['COMPLETED: 1 unchanged'])
  })

  test('B52: the same HubSpot state twice changes nothing', () => {
    const given = world([inHubSpot(2, annAtA), inHubSpot(10, annAtA), inHubSpot(11, { phone: '4155552671' })])
    const [once, twice] = [runs(given), runs(given, given)]
    expect(twice.counts).toEqual({ ...once.counts, created: 0, unchanged: 2 })
    const values = ({ store }: SyncResult) =>
      store.contacts.map(({ link, ...rest }) => ({ ...rest, id: link?.hubspotId }))
    expect(values(twice)).toEqual(values(once))
  })
})
