import { storeMappings } from '../support/graphql/set-up-mapping.ts'
import type { TestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeRun } from '../support/graphql/stored-rows.ts'

/**
 * A contact and an account whose HubSpot ids are the same number, as HubSpot issues them, in a workspace whose settings
 * and connection have the same row id. A cache that confuses them shows the values of one on the other.
 */
export async function prepareSameNumbers(api: TestApi) {
  const { prisma } = api.database
  const workspace = await api.createWorkspace()
  const { workspaceId } = workspace
  await storeMappings(api.database, workspaceId, 'CONTACT', [['firstname', 'FIRST_NAME']])
  await storeMappings(api.database, workspaceId, 'ACCOUNT', [['name', 'NAME']])
  const hubspotId = 1001n
  const contact = await storeContact(api.database, workspaceId, { name: 'Ada', hubspotId })
  const account = crypto.randomUUID()
  await prisma.account.create({ data: { id: account, workspaceId, name: 'Acme', externalId: String(hubspotId) } })
  await prisma.accountLink.create({ data: { workspaceId, hubspotId, accountId: account, syncedAt: new Date() } })
  await prisma.contact.update({ where: { id: contact }, data: { accountId: account } })
  const run = await storeRun(api.database, workspaceId, { status: 'RUNNING' })
  const url = (type: string) => `https://app-eu1.hubspot.com/contacts/4711/record/${type}/${hubspotId}`
  return {
    ...workspace,
    contactId: globalId('Contact', contact),
    accountId: globalId('Account', account),
    runId: globalId('SyncRun', run.id),
    contactUrl: url('0-1'),
    accountUrl: url('0-2'),
  }
}
