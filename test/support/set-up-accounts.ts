import type { SimulatedPortal } from '../../simulator/index.ts'
import type { MappingInput } from '../../src/sync/settings/mapping-rules.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { createTestSync, startTestSimulator, type TestSync, type TestSyncOptions } from './test-sync.ts'

/** Name and email: the fields that most tests need of a contact. */
export const nameAndEmail: readonly MappingInput[] = [
  { property: 'firstname', target: 'FIRST_NAME' },
  { property: 'email', target: 'EMAIL' },
]

/** An empty portal, to be filled by the test, and a workspace connected to it. */
export async function givenAPortal(
  options: Omit<TestSyncOptions, 'simulator'> = {},
): Promise<{ portal: SimulatedPortal; sync: TestSync }> {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null, searchPerSecond: null }] })
  return { portal: simulator.portal(), sync: await createTestSync({ simulator, ...options }) }
}

/** Turns on the sync of accounts. By default, its fields are those of B65. */
export async function setUpAccountsSync({ context, viewer }: TestSync, mappings?: readonly MappingInput[]) {
  await updateSyncSettings(context, viewer, { accountsEnabled: true })
  if (mappings) await setFieldMappings(context, viewer, 'ACCOUNT', mappings)
}

/** Turns on the sync of both. The contacts are those of the accounts, or the members of `listId`. */
export async function setUpAccountsAndContacts(
  { context, viewer }: TestSync,
  {
    listId,
    contactMappings = nameAndEmail,
  }: { readonly listId?: string; readonly contactMappings?: readonly MappingInput[] } = {},
) {
  await updateSyncSettings(context, viewer, {
    accountsEnabled: true,
    contactsEnabled: true,
    ...(listId === undefined
      ? { contactSource: 'FROM_SYNCED_ACCOUNTS' as const }
      : { contactSource: 'FROM_LIST' as const, listId }),
  })
  await setFieldMappings(context, viewer, 'CONTACT', contactMappings)
}

/** Every account, ordered by HubSpot id, as a line of text: "id name domains". */
export async function tellAccounts({ database, viewer }: TestSync): Promise<string[]> {
  const accounts = await database.prisma.account.findMany({
    where: { workspaceId: viewer.workspaceId },
    include: { domains: { orderBy: { domain: 'asc' } }, link: true },
    orderBy: { createdAt: 'asc' },
  })
  return accounts
    .map(({ externalId, name, domains, link }) =>
      [
        externalId ?? '-',
        name,
        ...domains.map(({ domain }) => domain),
        ...(link === null || link.state === 'ACTIVE' ? [] : [link.state]),
      ].join(' '),
    )
    .sort()
}

/** Every contact as a line of text: "id name handles @account STATE". */
export async function tellContacts({ database, viewer }: TestSync): Promise<string[]> {
  const contacts = await database.prisma.contact.findMany({
    where: { workspaceId: viewer.workspaceId },
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
}

/** The open errors as "TYPE hubspotId", sorted. */
export async function tellErrors({ database, viewer }: TestSync): Promise<string[]> {
  const errors = await database.prisma.syncError.findMany({
    where: { workspaceId: viewer.workspaceId, status: 'OPEN' },
  })
  return errors.map(({ type, hubspotId }) => `${type} ${hubspotId}`).sort()
}
