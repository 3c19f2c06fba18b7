import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const SettingsPage = graphql(`
  query SettingsPage {
    hubspotConnection { status portalId }
    syncSettings {
      listId
      list { name }
      listProblem { code message }
      mappings(objectType: CONTACT) { property problem }
      nextRunAt
    }
  }
`)

/** A workspace that syncs list 42 every day, and the page that shows its settings. */
async function givenASettingsPage() {
  const simulator = await startTestSimulator({ portals: [{ contacts: 1 }] })
  const api = await startTestApi({ simulator })
  const workspace = await api.createWorkspace()
  const { workspaceId } = workspace
  const at = new Date('2026-11-28T10:00:00.000Z')
  const chosen = { contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42' } as const
  await api.database.prisma.syncSettings.create({
    data: { workspaceId, version: 1, ...chosen, activatedAt: at, nextRunAt: at },
  })
  for (const [position, [hubspotProperty, target]] of (
    [
      ['firstname', 'FIRST_NAME'],
      ['email', 'EMAIL'],
    ] as const
  ).entries()) {
    await api.database.prisma.fieldMapping.create({
      data: { workspaceId, objectType: 'CONTACT', position, hubspotProperty, target },
    })
  }
  return {
    api,
    simulator,
    connect: () => api.connect(workspace),
    setStatus: (status: 'NEEDS_RECONNECT' | 'DISCONNECTED') =>
      api.database.prisma.hubSpotConnection.update({ where: { workspaceId }, data: { status } }),
    load: async () => {
      const { data, errors } = await api.post(SettingsPage, {}, workspace)
      expect(errors).toEqual([])
      return data?.syncSettings
    },
  }
}

const notConnected = { code: 'NOT_CONNECTED' }
const unasked = [
  { property: 'firstname', problem: null },
  { property: 'email', problem: null },
]

test('while HubSpot is connected, settings show the list, and no problem', async () => {
  const page = await givenASettingsPage()
  await page.connect()

  expect(await page.load()).toEqual({
    listId: '42',
    list: { name: 'All customers' },
    listProblem: null,
    mappings: unasked,
    nextRunAt: '2026-11-28T10:00:00.000Z',
  })
})

test('B12, B15: before the first log-in, settings are shown with the reason why the list is not', async () => {
  const page = await givenASettingsPage()

  expect(await page.load()).toMatchObject({
    listId: '42',
    list: null,
    listProblem: { ...notConnected, message: expect.stringContaining('connectHubSpot') },
    mappings: unasked,
    nextRunAt: null,
  })
})

test.each(['DISCONNECTED', 'NEEDS_RECONNECT'] as const)(
  'B12, B17: while the connection is %s, settings are shown, and no run is announced',
  async (status) => {
    const page = await givenASettingsPage()
    await page.connect()
    await page.setStatus(status)

    expect(await page.load()).toMatchObject({
      list: null,
      listProblem: { ...notConnected, message: expect.stringContaining('connectHubSpot') },
      mappings: unasked,
      nextRunAt: null,
    })
  },
)

test.each(['server-error', 'wrong-shape', 'malformed-body', 'uri-too-long-bare'] as const)(
  'if HubSpot answers with %s, settings are shown with the reason',
  async (kind) => {
    const page = await givenASettingsPage()
    await page.connect()
    page.simulator.faults.add({ kind, path: '/crm/' })

    const settings = await page.load()

    expect(settings).toMatchObject({ listId: '42', mappings: unasked, nextRunAt: expect.any(String) })
    expect(settings?.list === null ? settings.listProblem?.code : 'HUBSPOT_UNAVAILABLE').toBe('HUBSPOT_UNAVAILABLE')
  },
)

test('B17: if HubSpot rejects the log-in, settings are shown with the reason', async () => {
  const page = await givenASettingsPage()
  await page.connect()
  page.simulator.revokeTokens()

  expect(await page.load()).toMatchObject({ list: null, listProblem: notConnected, mappings: unasked })
})

test('a list that was deleted in HubSpot is named, with what to do', async () => {
  const page = await givenASettingsPage()
  await page.connect()
  page.simulator.portal().deleteList('42')

  expect(await page.load()).toMatchObject({
    list: null,
    listProblem: {
      code: 'NOT_FOUND',
      message: expect.stringMatching(/42.*updateSyncSettings/),
    },
  })
})

test('a mapping whose property was deleted in HubSpot says so, and the others have no problem', async () => {
  const page = await givenASettingsPage()
  await page.connect()
  page.simulator.portal().archiveProperty('contacts', 'firstname')

  expect((await page.load())?.mappings).toEqual([
    {
      property: 'firstname',
      problem: expect.stringMatching(/no longer has the property "firstname".*setFieldMappings/),
    },
    { property: 'email', problem: null },
  ])
})

test('a mapping whose property has changed to a type that does not fit says so', async () => {
  const page = await givenASettingsPage()
  await page.connect()
  const { workspaceId } = await page.api.database.prisma.syncSettings.findFirstOrThrow()
  await page.api.database.prisma.fieldMapping.updateMany({
    where: { workspaceId, hubspotProperty: 'email' },
    data: { hubspotProperty: 'annual_spend' },
  })

  expect((await page.load())?.mappings[1]?.problem).toMatch(/"annual_spend" of type number cannot fill EMAIL/)
})
