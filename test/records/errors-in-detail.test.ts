import { expect, it } from 'vitest'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import { ignoreSyncErrors, retrySyncErrors } from '../../src/sync/errors/fix-many.ts'
import { parseErrorDetails } from '../../src/sync/matching/error-details.ts'
import { eraseContact } from '../../src/sync/privacy/erase-contact.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { type Given, givenAccounts, givenAList } from './single-records-fixture.ts'

/** The errors, with their names and details, by type and id. */
async function inDetail({ sync }: Given) {
  const errors = await sync.database.prisma.syncError.findMany({ orderBy: [{ hubspotId: 'asc' }, { type: 'asc' }] })
  return errors.map(({ type, hubspotId, status, hubspotName, details }) => ({
    error: `${type} ${hubspotId} ${status}`,
    name: hubspotName,
    details: parseErrorDetails(details),
  }))
}

it('B47, B50: an error names its record and every handle that others hold, with the holders', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const a = portal.putContact({ properties: { firstname: 'A', email: 'a@x.example' } })
  const b = portal.putContact({ properties: { firstname: 'B', phone: '+12025550111' } })
  const c = portal.putContact({
    properties: { firstname: ' Cleo ', lastname: 'Doe', email: 'A@x.example', phone: '(202) 555-0111' },
  })
  await sync.sync()

  const idOf = async (externalId: string) =>
    (await sync.database.prisma.contact.findFirstOrThrow({ where: { externalId } })).id
  expect(await inDetail(given)).toEqual([
    {
      error: `EMAIL_TAKEN ${c} OPEN`,
      name: 'Cleo Doe',
      details: {
        kind: 'handle-taken',
        handles: [
          { source: 'EMAIL', value: 'a@x.example', heldById: await idOf(a), heldByHubspotId: a },
          { source: 'PHONE', value: '+12025550111', heldById: await idOf(b), heldByHubspotId: b },
        ],
      },
    },
  ])
})

it('B34, B30: an invalid value is told with its property and fields; the name is read although it is not mapped', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const spend = await createCustomField(sync.database, sync.viewer, {
    objectType: 'CONTACT',
    name: 'Spend',
    type: 'NUMBER',
  })
  await setFieldMappings(sync.context, sync.viewer, 'CONTACT', [
    { property: 'email', target: 'EMAIL' },
    { property: 'annual_spend', target: 'CUSTOM_FIELD', customField: spend.key },
  ])
  const id = portal.putContact({ properties: { lastname: 'Doe', email: 'doe@x.example', annual_spend: ' twelve ' } })
  await sync.sync()

  expect(await inDetail(given)).toEqual([
    {
      error: `INVALID_VALUE ${id} OPEN`,
      name: 'Doe',
      details: {
        kind: 'invalid-value',
        property: 'annual_spend',
        value: 'twelve',
        fields: [`customFields.${spend.key}`],
      },
    },
  ])
  expect(await given.tell()).toEqual([`${id}  doe@x.example`])
})

it('B30, B52: a new name in HubSpot rewrites nothing if no property of the name is mapped', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  await setFieldMappings(sync.context, sync.viewer, 'CONTACT', [{ property: 'email', target: 'EMAIL' }])
  const id = portal.putContact({ properties: { firstname: 'Old', email: 'doe@x.example' } })
  await sync.sync()
  const link = await sync.database.prisma.contactLink.findFirstOrThrow()

  portal.putContact({ id, properties: { firstname: 'New' } })
  expect(await sync.sync()).toMatchObject({ unchanged: 1, updated: 0 })
  expect(await sync.database.prisma.contactLink.findFirstOrThrow()).toEqual(link)
})

it('B65: a taken domain is told with the account that has it, and the company is named', async () => {
  const given = await givenAccounts()
  const { portal, sync } = given
  const first = portal.putCompany({ properties: { name: 'First', domain: 'same.example' } })
  const second = portal.putCompany({ properties: { name: 'Second', domain: 'same.example' } })
  await sync.sync()

  const holder = await sync.database.prisma.account.findFirstOrThrow({ where: { externalId: first } })
  expect(await inDetail(given)).toEqual([
    {
      error: `DOMAIN_TAKEN ${second} OPEN`,
      name: 'Second',
      details: {
        kind: 'handle-taken',
        handles: [{ source: 'DOMAIN', value: 'same.example', heldById: holder.id, heldByHubspotId: first }],
      },
    },
  ])
})

it('B58: a held run tells how many of how many records are gone, and the limit how many contacts were left out', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const ids = given.contacts(12)
  await sync.database.prisma.workspace.updateMany({ data: { contactLimit: 11 } })
  await sync.sync()
  for (const id of ids.slice(0, 11)) portal.archiveContact(id)
  await sync.sync()

  expect((await inDetail(given)).map(({ details }) => details)).toEqual([
    { kind: 'limit-exceeded', limit: 11, leftOut: 1 },
    { kind: 'departures', departed: 11, synced: 11 },
  ])
})

it('B54, B61: the name and the details are gone when the error is resolved; an ignored error keeps them', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const bad = portal.putContact({ properties: { firstname: 'Bad' } })
  const taken = portal.putContact({ properties: { firstname: 'Holder', email: 'same@x.example' } })
  const blocked = portal.putContact({ properties: { firstname: 'Blocked', email: 'same@x.example' } })
  await sync.sync()

  await ignoreSyncErrors(sync.context, sync.viewer, {})
  expect(await inDetail(given)).toMatchObject([
    { error: `MISSING_HANDLE ${bad} IGNORED`, name: 'Bad' },
    { error: `EMAIL_TAKEN ${blocked} IGNORED`, name: 'Blocked', details: { kind: 'handle-taken' } },
  ])

  portal.putContact({ id: bad, properties: { email: 'good@x.example' } })
  portal.putContact({ id: taken, properties: { email: 'free@x.example' } })
  await retrySyncErrors(sync.context, sync.viewer, { status: 'IGNORED' })
  await sync.workOff()
  await sync.sync()
  expect(await inDetail(given)).toEqual([
    { error: `MISSING_HANDLE ${bad} RESOLVED`, name: null, details: null },
    { error: `EMAIL_TAKEN ${blocked} RESOLVED`, name: null, details: null },
  ])
})

it('B61: erasing a person removes the name of their record, and their handle from the errors of others', async () => {
  const given = await givenAList()
  const { portal, sync } = given
  const holder = portal.putContact({ properties: { firstname: 'Holder', email: 'same@x.example' } })
  const blocked = portal.putContact({ properties: { firstname: 'Blocked', email: 'same@x.example' } })
  const other = portal.putContact({ properties: { firstname: 'Other' } })
  await sync.sync()

  await eraseContact(sync.context, sync.viewer, { externalId: holder })
  expect(await inDetail(given)).toMatchObject([
    { error: `EMAIL_TAKEN ${blocked} OPEN`, name: 'Blocked', details: null },
    { error: `MISSING_HANDLE ${other} OPEN`, name: 'Other' },
  ])

  await ignoreSyncErrors(sync.context, sync.viewer, { hubspotId: BigInt(other) })
  await eraseContact(sync.context, sync.viewer, { externalId: other })
  await eraseContact(sync.context, sync.viewer, { externalId: blocked })
  expect(await inDetail(given)).toEqual([
    { error: `EMAIL_TAKEN ${blocked} RESOLVED`, name: null, details: null },
    { error: `MISSING_HANDLE ${other} RESOLVED`, name: null, details: null },
  ])
})
