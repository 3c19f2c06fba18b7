import { describe, expect, it } from 'vitest'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import type { CustomFieldType } from '../../src/generated/prisma/enums.ts'
import type { MappingInput } from '../../src/sync/settings/mapping-rules.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { givenAPortal, nameAndEmail, tellErrors } from '../support/set-up-accounts.ts'
import { setUpListSync, type TestSync } from '../support/test-sync.ts'

const givenAnn = async () => {
  const { portal, sync } = await givenAPortal()
  const ann = portal.putContact({ properties: { firstname: 'Ann', email: 'ann@x.example' } })
  portal.putList({ listId: '42', members: 'all-contacts' })
  return { portal, sync, ann }
}

const mapped = async (
  { database, viewer }: TestSync,
  property: string,
  type: CustomFieldType,
  options: string[] = [],
): Promise<MappingInput & { customField: string }> => {
  const field = await createCustomField(database, viewer, {
    objectType: 'CONTACT',
    name: `Our ${property} ${type}`,
    type,
    ...(type === 'ENUM' && { options }),
  })
  return { property, target: 'CUSTOM_FIELD', customField: field.key }
}

const stored = ({ database }: TestSync) => database.prisma.contact.findFirstOrThrow()

describe('B34: values of every type', () => {
  it('B32, B34: every type of field accepts both of HubSpot’s encodings, labels, and several choices', async () => {
    const { portal, sync, ann } = await givenAnn()
    const fields = {
      text: await mapped(sync, 'city', 'STRING'),
      labels: await mapped(sync, 'interests', 'STRING'),
      option: await mapped(sync, 'lifecyclestage', 'ENUM', ['Lead', 'customer']),
      number: await mapped(sync, 'annual_spend', 'NUMBER'),
      boolean: await mapped(sync, 'newsletter_opt_in', 'BOOLEAN'),
      date: await mapped(sync, 'customer_since', 'DATETIME'),
      time: await mapped(sync, 'last_demo_at', 'DATETIME'),
    }
    portal.putProperty('contacts', {
      name: 'interests',
      options: [
        { label: 'Sea & air freight', value: 'freight' },
        { label: 'Customs', value: 'customs' },
      ].map((option, displayOrder) => ({ ...option, displayOrder, hidden: false })),
    })
    portal.putContact({
      id: ann,
      properties: {
        city: '  Paris ',
        interests: ';freight;customs',
        lifecyclestage: 'lead',
        annual_spend: '12.50',
        newsletter_opt_in: 'true',
        customer_since: '2020-02-29',
        last_demo_at: '2020-02-29T03:30:17.500Z',
      },
    })
    await setUpListSync(sync, '42', [...nameAndEmail, ...Object.values(fields)])

    await sync.sync()

    expect(await tellErrors(sync)).toEqual([])
    expect((await stored(sync)).customFields).toEqual({
      [fields.text.customField]: 'Paris',
      [fields.labels.customField]: 'Sea & air freight, Customs',
      [fields.option.customField]: 'Lead',
      [fields.number.customField]: 12.5,
      [fields.boolean.customField]: true,
      [fields.date.customField]: '2020-02-29T00:00:00.000Z',
      [fields.time.customField]: '2020-02-29T03:30:17.500Z',
    })

    portal.putContact({ id: ann, properties: { customer_since: '1572480000000', last_demo_at: '1572480000500' } })
    await sync.sync()
    expect((await stored(sync)).customFields).toMatchObject({
      [fields.date.customField]: '2019-10-31T00:00:00.000Z',
      [fields.time.customField]: '2019-10-31T00:00:00.500Z',
    })
  })

  it('B32: an owner is the teammate with the same address, and becomes a name in a text', async () => {
    const { portal, sync, ann } = await givenAnn()
    const email = (await sync.database.prisma.user.findFirstOrThrow()).email ?? ''
    portal.putOwner({ id: '71', email: email.toUpperCase(), firstName: 'Olga', lastName: 'One' })
    portal.putOwner({ id: '72', email: 'stranger@elsewhere.example', firstName: 'Otto', lastName: 'Two' })
    const teammate = await mapped(sync, 'hubspot_owner_id', 'TEAMMATE')
    const name = await mapped(sync, 'hubspot_owner_id', 'STRING')
    portal.putContact({ id: ann, properties: { hubspot_owner_id: '71' } })
    await setUpListSync(sync, '42', [...nameAndEmail, teammate, name])

    await sync.sync()
    expect((await stored(sync)).customFields).toEqual({
      [teammate.customField]: email,
      [name.customField]: 'Olga One',
    })

    portal.putContact({ id: ann, properties: { hubspot_owner_id: '72' } })
    await sync.sync()
    // A stranger is not a teammate: that field stays, and everything else is synced.
    expect((await stored(sync)).customFields).toEqual({
      [teammate.customField]: email,
      [name.customField]: 'Otto Two',
    })
    expect(await tellErrors(sync)).toEqual([`INVALID_VALUE ${ann}`])
  })

  it('B34, B53: a value that does not convert leaves its field as it is, and the rest of the contact syncs', async () => {
    const { portal, sync, ann } = await givenAnn()
    const spend = await mapped(sync, 'annual_spend', 'NUMBER')
    portal.putContact({ id: ann, properties: { annual_spend: '5' } })
    await setUpListSync(sync, '42', [...nameAndEmail, spend])
    await sync.sync()

    portal.putContact({ id: ann, properties: { annual_spend: 'much', firstname: 'Anna' } })
    const run = await sync.sync()

    expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', updated: 1, skipped: 0, failed: 0 })
    expect(await stored(sync)).toMatchObject({ name: 'Anna', customFields: { [spend.customField]: 5 } })
    expect(await sync.database.prisma.syncError.findMany()).toMatchObject([
      { type: 'INVALID_VALUE', property: 'annual_spend', hubspotId: BigInt(ann) },
    ])

    portal.putContact({ id: ann, properties: { annual_spend: '6' } })
    expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })
    expect(await tellErrors(sync)).toEqual([])
  })
})

it('B30, B31: only mapped fields are written, and both names are joined', async () => {
  const { portal, sync, ann } = await givenAnn()
  portal.putContact({ id: ann, properties: { lastname: ' Lee ', about: 'Tall', linkedin_url: 'https://l.example' } })
  await setUpListSync(sync, '42', [...nameAndEmail, { property: 'lastname', target: 'LAST_NAME' }])

  await sync.sync()
  expect(await stored(sync)).toMatchObject({ name: 'Ann Lee', description: '', links: [] })

  portal.putContact({ id: ann, properties: { firstname: null } })
  await sync.sync()
  expect(await stored(sync)).toMatchObject({ name: 'Lee' })
})

it('B36: a property that is emptied in HubSpot empties its field, whatever the type', async () => {
  const { portal, sync, ann } = await givenAnn()
  const spend = await mapped(sync, 'annual_spend', 'NUMBER')
  portal.putContact({ id: ann, properties: { annual_spend: '5', about: 'Tall', linkedin_url: 'https://l.example' } })
  await setUpListSync(sync, '42', [
    ...nameAndEmail,
    spend,
    { property: 'about', target: 'DESCRIPTION' },
    { property: 'linkedin_url', target: 'LINK' },
  ])
  await sync.sync()
  expect(await stored(sync)).toMatchObject({
    name: 'Ann',
    description: 'Tall',
    links: ['https://l.example'],
    customFields: { [spend.customField]: 5 },
  })

  portal.putContact({
    id: ann,
    properties: { annual_spend: null, about: '', linkedin_url: null, firstname: null },
  })
  await sync.sync()

  expect(await stored(sync)).toMatchObject({ name: '', description: '', links: [], customFields: {} })
})

describe('B35: mappings that change', () => {
  it('B35: a field that is no longer mapped keeps its last value and stops following HubSpot', async () => {
    const { portal, sync, ann } = await givenAnn()
    portal.putContact({ id: ann, properties: { about: 'Tall' } })
    await setUpListSync(sync, '42', [...nameAndEmail, { property: 'about', target: 'DESCRIPTION' }])
    await sync.sync()

    await setFieldMappings(sync.context, sync.viewer, 'CONTACT', nameAndEmail)
    portal.putContact({ id: ann, properties: { about: 'Short' } })
    await sync.sync()

    expect(await stored(sync)).toMatchObject({ description: 'Tall' })
  })

  it('B35: a new mapping back-fills every contact in scope, including unmodified ones', async () => {
    const { portal, sync, ann } = await givenAnn()
    portal.putContact({ id: ann, properties: { about: 'Tall' } })
    await setUpListSync(sync, '42', nameAndEmail)
    await sync.sync()
    expect(await sync.sync()).toMatchObject({ unchanged: 1 })

    await setFieldMappings(sync.context, sync.viewer, 'CONTACT', [
      ...nameAndEmail,
      { property: 'about', target: 'DESCRIPTION' },
    ])
    expect(await sync.sync()).toMatchObject({ updated: 1 })

    expect(await stored(sync)).toMatchObject({ description: 'Tall' })
  })

  it('B35, I4: an unmapped field keeps its local value through every sync', async () => {
    const { portal, sync, ann } = await givenAnn()
    const note = await createCustomField(sync.database, sync.viewer, {
      objectType: 'CONTACT',
      name: 'Note',
      type: 'STRING',
    })
    const spend = await mapped(sync, 'annual_spend', 'NUMBER')
    await setUpListSync(sync, '42', [...nameAndEmail, spend])
    await sync.sync()
    await sync.database.prisma.contact.updateMany({
      data: { description: 'Ours', links: ['https://ours.example'], customFields: { [note.key]: 'hers' } },
    })

    portal.putContact({ id: ann, properties: { annual_spend: '7', about: 'Theirs' } })
    await sync.sync()

    expect(await stored(sync)).toMatchObject({
      description: 'Ours',
      links: ['https://ours.example'],
      customFields: { [note.key]: 'hers', [spend.customField]: 7 },
    })
  })
})

it('§10 HUBSPOT_FIELD_NOT_FOUND, B35, B53, B54: a property that is deleted in HubSpot stops only its field; the error is resolved when it is back, and opens again', async () => {
  const { portal, sync, ann } = await givenAnn()
  portal.putContact({ id: ann, properties: { about: 'Tall' } })
  await setUpListSync(sync, '42', [...nameAndEmail, { property: 'about', target: 'DESCRIPTION' }])
  await sync.sync()
  const errors = () => sync.database.prisma.syncError.findMany({ orderBy: { firstSeenAt: 'asc' } })

  portal.archiveProperty('contacts', 'about')
  portal.putContact({ id: ann, properties: { firstname: 'Anna' } })
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', updated: 1 })
  await sync.sync()
  expect(await stored(sync)).toMatchObject({ name: 'Anna', description: 'Tall' })
  expect(await errors()).toMatchObject([
    { type: 'HUBSPOT_FIELD_NOT_FOUND', property: 'about', hubspotId: 0n, status: 'OPEN' },
  ])

  portal.putProperty('contacts', { name: 'about', archivedAt: null })
  portal.putContact({ id: ann, properties: { about: 'Short' } })
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })
  expect(await stored(sync)).toMatchObject({ description: 'Short' })
  expect(await errors()).toMatchObject([{ status: 'RESOLVED' }])

  portal.archiveProperty('contacts', 'about')
  await sync.sync()
  expect(await errors()).toMatchObject([{ status: 'RESOLVED' }, { status: 'OPEN', property: 'about' }])
})
