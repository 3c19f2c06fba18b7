import type { SimulatedPortal, Simulator } from '../../simulator/index.ts'
import type { SyncRun } from '../../src/generated/prisma/client.ts'
import type { ObjectType } from '../../src/generated/prisma/enums.ts'
import { startRecordsRun } from '../../src/sync/runs/start-records-run.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import {
  createTestSync,
  setUpListSync,
  startTestSimulator,
  type TestSync,
  type TestSyncOptions,
} from '../support/test-sync.ts'

export interface Given {
  readonly simulator: Simulator
  readonly portal: SimulatedPortal
  readonly sync: TestSync
  /** Puts contacts called "P0", "P1" … with an email each. Returns their ids. */
  contacts(count: number): string[]
  /** Syncs these HubSpot records by themselves. */
  syncRecords(ids: readonly (string | bigint)[], objectType?: ObjectType): Promise<SyncRun>
  /** Every contact as "id name handles @account STATE", sorted. */
  tell(): Promise<string[]>
  /** The open errors as "TYPE id", sorted. */
  errors(): Promise<string[]>
}

const mappings = [
  { property: 'firstname', target: 'FIRST_NAME' },
  { property: 'email', target: 'EMAIL' },
  { property: 'phone', target: 'PHONE' },
] as const

/** An empty portal, and a workspace that syncs its list 42. */
export async function givenAList(options: Omit<TestSyncOptions, 'simulator'> = {}): Promise<Given> {
  const given = await givenAPortal(options)
  given.portal.putList({ listId: '42', members: 'all-contacts' })
  await setUpListSync(given.sync, '42', mappings)
  return given
}

/** An empty portal, and a workspace that syncs its companies and their contacts. */
export async function givenAccounts(options: Omit<TestSyncOptions, 'simulator'> = {}): Promise<Given> {
  const given = await givenAPortal(options)
  const { context, viewer } = given.sync
  await updateSyncSettings(context, viewer, {
    accountsEnabled: true,
    contactsEnabled: true,
    contactSource: 'FROM_SYNCED_ACCOUNTS',
  })
  await setFieldMappings(context, viewer, 'CONTACT', mappings)
  return given
}

async function givenAPortal(options: Omit<TestSyncOptions, 'simulator'>): Promise<Given> {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  const sync = await createTestSync({ simulator, ...options })
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  return {
    simulator,
    portal,
    sync,
    contacts: (count) =>
      Array.from({ length: count }, (_, number) =>
        portal.putContact({ properties: { firstname: `P${number}`, email: `p${number}@x.example` } }),
      ),
    syncRecords: async (ids, objectType = 'CONTACT') => {
      const hubspotIds = ids.map(BigInt)
      const run = await startRecordsRun(sync.context, {
        workspaceId,
        objectType,
        hubspotIds,
        trigger: 'WEBHOOK',
        triggeredById: null,
      })
      if (run === null) throw new Error('the sync does not go on')
      await sync.workOff()
      return sync.run(run.id)
    },
    tell: async () => {
      const contacts = await prisma.contact.findMany({
        where: { workspaceId },
        include: { handles: { orderBy: { value: 'asc' } }, link: true, account: true },
      })
      return contacts
        .map(({ externalId, name, handles, link, account }) =>
          [
            externalId ?? '-',
            name,
            ...handles.map(({ value }) => value),
            ...(account === null ? [] : [`@${account.name}`]),
            ...(link === null || link.state === 'ACTIVE' ? [] : [link.state]),
          ].join(' '),
        )
        .sort()
    },
    errors: async () => {
      const open = await prisma.syncError.findMany({ where: { workspaceId, status: 'OPEN' } })
      return open.map(({ type, hubspotId }) => `${type} ${hubspotId}`).sort()
    },
  }
}
