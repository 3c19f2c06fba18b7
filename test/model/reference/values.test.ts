import { describe, expect, test } from 'vitest'
import {
  customField,
  email,
  inHubSpot,
  linkedTo,
  mapping,
  settings,
  stored,
  synced,
  world,
} from '../worlds/small-worlds.ts'
import { referenceSync } from './reference-sync.ts'
import { told } from './told.ts'
import type { Contact, HubSpotContact, Mapping } from './world.ts'

const synchronise = (values: HubSpotContact['values'], mappings: Mapping[], before: Partial<Contact> = {}) => {
  const x = stored('X', [synced(email('a@x.io'))], { ...linkedTo(7), ...before })
  const all = settings([mapping('email', 'EMAIL'), ...mappings])
  return referenceSync(world([inHubSpot(7, { email: 'a@x.io', ...values })], [x], all), 1)
}

const fieldsOf = (values: HubSpotContact['values'], mappings: Mapping[], before: Partial<Contact> = {}) => {
  const [contact] = synchronise(values, mappings, before).store.contacts
  return contact && { name: contact.name, links: contact.links, customFields: contact.customFields }
}

describe('the reference sync writes values according to the rules', () => {
  const names = [mapping('lastname', 'LAST_NAME'), mapping('firstname', 'FIRST_NAME')]
  test.each([
    [{ firstname: ' Ann ', lastname: ' Lee' }, 'Ann Lee'],
    [{ firstname: 'Ann', lastname: ' ' }, 'Ann'],
    [{ firstname: null, lastname: 'Lee' }, 'Lee'],
    [{ firstname: '', lastname: null }, ''],
  ])('B31, B36: first and last name are joined: %j', (values, name) => {
    expect(fieldsOf(values, names, { name: 'before' })?.name).toBe(name)
  })

  test('B35: a field that is not mapped keeps its value', () => {
    const before = { name: 'Ann', links: ['https://a.example'], customFields: { own_note: 'hers' } }
    expect(fieldsOf({ firstname: 'Bea' }, [], before)).toEqual(before)
  })

  test('B32: links are in mapping order, without empty ones', () => {
    const links = ['website', 'about', 'linkedin_url'].map((property) => mapping(property, 'LINK'))
    const values = { linkedin_url: 'https://l.example', website: ' https://w.example ', about: ' ' }
    expect(fieldsOf(values, links)?.links).toEqual(['https://w.example', 'https://l.example'])
  })

  const note = customField('about', 'STRING')
  const topics = customField('interests', 'STRING')
  const topic = customField('interests', 'ENUM', ['customs', 'Sea & air freight'])
  const spend = customField('annual_spend', 'NUMBER')
  const optIn = customField('newsletter_opt_in', 'BOOLEAN')
  const since = customField('customer_since', 'DATETIME')
  const optInText = customField('newsletter_opt_in', 'STRING')
  const stageText = customField('stage', 'STRING')
  const stageChoice = customField('stage', 'ENUM', ['a;b'])
  const ownerText = customField('hubspot_owner_id', 'STRING')
  test.each<[Mapping, string | null, unknown]>([
    [note, ' as written ', 'as written'],
    [topics, 'freight', 'Sea & air freight'],
    [topics, ';customs;freight', 'Customs, Sea & air freight'],
    [topics, 'customs;gone', 'Customs, gone'],
    [topic, 'customs', 'customs'],
    [topic, 'freight', 'Sea & air freight'],
    [spend, ' 12.50 ', 12.5],
    [spend, '-3', -3],
    [optIn, 'true', true],
    [optIn, 'false', false],
    [since, '2020-02-29', '2020-02-29T00:00:00.000Z'],
    [since, '1572480000000', '2019-10-31T00:00:00.000Z'],
    [since, '2020-02-29T03:30:17Z', '2020-02-29T03:30:17.000Z'],
    [since, '2020-02-29T03:30:17.500+01:00', '2020-02-29T02:30:17.500Z'],
    [since, '0', '1970-01-01T00:00:00.000Z'],
    [since, '1970-01-01', '1970-01-01T00:00:00.000Z'],
    [spend, '67340.0', 67340],
    [spend, '1.2E3', 1200],
    [spend, '9007199254740992', 9007199254740992],
    [optInText, 'true', 'Yes, please'],
    [stageText, 'a;b', 'A and B'],
    [stageText, 'c;d', 'c;d'],
    [stageChoice, 'a;b', 'a;b'],
    [ownerText, '71', 'Olga One'],
    [ownerText, '72', 'Otto Two'],
    [note, null, undefined],
    [topics, ';', undefined],
    [spend, ' ', undefined],
  ])('B34, B36: %j reads %j as %j', (field, value, converted) => {
    const key = field.customField?.key ?? ''
    const result = synchronise({ [field.property]: value }, [field], { customFields: { [key]: 'before', own: 1 } })
    expect(result.store.contacts[0]?.customFields).toEqual({
      own: 1,
      ...(converted !== undefined && { [key]: converted }),
    })
    expect(result.store.errors).toEqual([])
  })

  test.each<[Mapping, string]>([
    [topic, 'customs;freight'],
    [topic, 'gone'],
    [spend, 'much'],
    [spend, '1 000'],
    [spend, '9007199254740993'],
    [spend, '1e400'],
    [spend, 'NaN'],
    [ownerText, '73'],
    [optIn, 'yes'],
    [since, 'soon'],
    [since, '2021-02-29'],
    [since, '2020-13-01'],
  ])('B34: %j cannot read %j: its field stays, and the rest syncs', (field, value) => {
    const key = field.customField?.key ?? ''
    const values = { [field.property]: value, firstname: 'Ann' }
    const result = synchronise(values, [field, ...names], { customFields: { [key]: 'before' } })
    expect(told(result)).toEqual([
      `X: a@x.io | ACTIVE 7, seen in run 1 | Ann | ${key}="before"`,
      `OPEN INVALID_VALUE of 7 | ${field.property} | on X | run 1`,
      'COMPLETED_WITH_ERRORS: 1 updated',
    ])
  })

  test('B34: a name that is too long is cut, and an error names the longest of its properties', () => {
    const values = { firstname: 'Ann', lastname: 'L'.repeat(600) }
    expect(fieldsOf(values, names)?.name).toBe(`Ann ${'L'.repeat(496)}`)
    const { store } = synchronise(values, names)
    expect(store.errors).toMatchObject([{ type: 'INVALID_VALUE', property: 'lastname' }])
  })
})
