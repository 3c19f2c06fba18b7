import { expect, test } from 'vitest'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import { eraseContact } from '../../src/sync/privacy/erase-contact.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import type { SyncContext } from '../../src/sync/sync-context.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import type { TestDatabase } from '../support/test-database.ts'
import { givenLiveUpdates, type LiveWorkspace, mappings } from './live-fixture.ts'

/** Everything that identifies the person of these tests. */
const traces = [
  'zebedee',
  'quillfeather',
  '+1415555',
  '415555',
  'sesame-secret',
  'met-in-lisbon',
  'linkedin.example/zq',
]

/** "table: row" of each row of the database that contains one of the texts. */
async function findTraces({ pool }: TestDatabase, texts: readonly string[]): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT "row"::text FROM (SELECT to_jsonb(${name}.*) AS row FROM ${name}) AS rows
       WHERE EXISTS (SELECT FROM unnest($1::text[]) AS text WHERE strpos(lower("row"::text), text) > 0)`,
      [texts],
    )
    found.push(...rows.map(({ row }) => `${name}: ${row}`))
  }
  return found
}

/** A workspace that contains a person in every place where one can be stored. */
async function givenPerson(): Promise<LiveWorkspace & { readonly id: string }> {
  const given = await givenLiveUpdates()
  const { sync, put, catchUp } = given
  const { context, viewer, database } = sync
  const { workspaceId } = viewer
  const field = await createCustomField(database, viewer, { objectType: 'CONTACT', name: 'Password', type: 'STRING' })
  await setFieldMappings(context, viewer, 'CONTACT', [
    ...mappings,
    { property: 'about', target: 'DESCRIPTION' },
    { property: 'linkedin_url', target: 'LINK' },
    { property: 'city', target: 'CUSTOM_FIELD', customField: field.key },
  ])
  const person = {
    firstname: 'Zebedee',
    lastname: 'Quillfeather',
    // Not only theirs: another person's record in HubSpot has it too.
    email: 'shared@x.example',
    phone: '+1 415-555-2671',
    about: 'Met-in-Lisbon',
    linkedin_url: 'https://linkedin.example/zq',
    city: 'sesame-secret',
  }
  const id = put(person)
  // Another person's error that names this one, and an error of this person.
  put({ firstname: 'Other', email: 'shared@x.example' })
  await catchUp()
  await database.prisma.syncError.createMany({
    data: [
      {
        id: '00000000-0000-4000-8000-00000000000e',
        workspaceId,
        objectType: 'CONTACT',
        hubspotId: BigInt(id),
        type: 'INVALID_VALUE',
        property: 'city',
        message: 'city: "Sesame-secret" is no city.',
        hubspotName: 'Zebedee Quillfeather',
        details: { kind: 'invalid-value', property: 'city', value: 'Sesame-secret', fields: [] },
        firstRunId: workspaceId,
        lastRunId: workspaceId,
        firstSeenAt: new Date(),
        lastSeenAt: new Date(),
      },
    ],
  })
  const contact = await database.prisma.contact.findFirstOrThrow({ where: { externalId: id } })
  // Written by hand, and part of the person's data too.
  await database.prisma.contactHandle.create({
    data: { workspaceId, contactId: contact.id, source: 'EMAIL', value: 'zq@quillfeather.example' },
  })
  await storeRun(database, workspaceId, {
    scope: 'PREVIEW',
    status: 'COMPLETED',
    preview: {
      created: 2,
      samples: [
        { hubspotId: id, name: 'Zebedee Quillfeather', outcome: 'created' },
        { hubspotId: '999', name: 'Somebody else', outcome: 'created' },
      ],
      errors: [{ type: 'EMAIL_TAKEN', message: 'shared@x.example already belongs to "Zebedee Quillfeather".' }],
    },
  })
  return { ...given, id }
}

test('B61: a privacy deletion in HubSpot leaves no trace of the person in any column of any table', async () => {
  const { simulator, sync, catchUp, tell, id } = await givenPerson()
  expect((await findTraces(sync.database, traces)).map((trace) => trace.split(':')[0])).toEqual(
    expect.arrayContaining(['contact', 'contact_handle', 'sync_error', 'sync_run']),
  )

  simulator.portal().gdprDeleteContact(id)
  await catchUp()

  expect(await findTraces(sync.database, traces)).toEqual([])
  // I3: the contact itself stays, as an empty record. Others keep their data.
  expect(await tell()).toContain(`${id}  SOURCE_DELETED`)
  const { preview } = await sync.database.prisma.syncRun.findFirstOrThrow({ where: { scope: 'PREVIEW' } })
  expect(preview).toEqual({
    created: 2,
    samples: [{ hubspotId: '999', name: 'Somebody else', outcome: 'created' }],
    errors: [],
  })
})

test('B60, B61: no later run brings an erased person back', async () => {
  const { sync, id } = await givenPerson()
  await eraseContact(sync.context, sync.viewer, { externalId: id })

  // HubSpot still has it, since the admin erased it first.
  await sync.sync()

  // The other person with that address can have it now.
  expect(await findTraces(sync.database, ['quillfeather', '415555', 'sesame-secret'])).toEqual([])
})

test('B61: a person who is erased after a run has read them is not written by that run', async () => {
  const { simulator, sync, id } = await givenPerson()
  simulator.portal().putContact({ id, properties: { lastname: 'Quillfeather-Smith' } })
  let isErased = false
  const context: SyncContext = {
    ...sync.context,
    openPortal: async (workspaceId) => {
      const portal = await sync.context.openPortal(workspaceId)
      const readContacts: HubSpotPortal['readContacts'] = async (...asked) => {
        const records = await portal.readContacts(...asked)
        if (!isErased) await eraseContact(sync.context, sync.viewer, { externalId: id })
        isErased = true
        return records
      }
      return { ...portal, readContacts }
    },
  }
  const run = await startSync(context, sync.viewer)

  await workOnRun(context, { workspaceId: sync.viewer.workspaceId, runId: run.id }, new AbortController().signal)

  expect(isErased).toBe(true)
  expect(await findTraces(sync.database, ['quillfeather', '415555', 'sesame-secret'])).toEqual([])
  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED', skipped: 1 })
})

test('B59, B61: records that were merged into the person are erased too, and a record that is not in the store never enters it', async () => {
  const { simulator, sync, put, catchUp } = await givenLiveUpdates()
  const first = put({ firstname: 'Zebedee', email: 'zebedee@x.example' })
  const second = put({ firstname: 'Zebedee', lastname: 'Quillfeather', email: 'zq@x.example' })
  await catchUp()
  const merged = simulator.portal().mergeContacts(second, first)
  await catchUp()
  const traced = (await findTraces(sync.database, traces)).filter((trace) => trace.startsWith('contact:'))
  expect(traced).toHaveLength(2)

  const erased = await eraseContact(sync.context, sync.viewer, { externalId: first })
  await eraseContact(sync.context, sync.viewer, { externalId: '777' })

  expect(erased.hubspotIds.map(String).sort()).toEqual([first, second, merged].sort())
  expect(await findTraces(sync.database, traces)).toEqual([])
  const excluded = await sync.database.prisma.hubSpotExclusion.findMany()
  expect(excluded.map(({ hubspotId }) => hubspotId)).toContain(777n)
})
