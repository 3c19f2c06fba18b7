import { createHash, randomBytes } from 'node:crypto'
import { newId } from '../../src/database/new-id.ts'
import { countRows } from '../../src/lifecycle/tenant-tables.ts'
import { createWorkspace, type IssuedWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'
import type { TestDatabase } from '../support/test-database.ts'

/**
 * Stores a workspace with rows in every table of tenants: everything that has to go with it, or comes along. Fails if a
 * table has none: add rows of a new table here.
 */
export async function storeFilledWorkspace(
  database: TestDatabase,
  { name = 'Filled', organizationId }: { readonly name?: string; readonly organizationId?: string } = {},
): Promise<IssuedWorkspace> {
  const { prisma } = database
  const adminEmail = `${randomBytes(4).toString('hex')}@example.test`
  const workspace = await createWorkspace(database, { name, plan: 'GROWTH', adminEmail, organizationId })
  const { workspaceId, userId } = workspace
  const at = new Date('2026-11-20T10:00:00Z')

  const accountId = newId()
  await prisma.account.create({ data: { id: accountId, workspaceId, name: 'Acme', externalId: '2002' } })
  await prisma.accountDomain.create({ data: { workspaceId, accountId, domain: 'acme.example' } })
  await prisma.accountLink.create({ data: { workspaceId, accountId, hubspotId: 2002n, syncedAt: at } })
  const contactId = await storeContact(database, workspaceId, {
    hubspotId: 1001n,
    email: 'ada@acme.example',
    customFields: { city: 'Köln' },
  })
  await prisma.contact.update({ where: { id: contactId }, data: { accountId } })
  await storeContact(database, workspaceId, { name: 'Grace', email: 'grace@home.example', privateOwnerId: userId })
  await prisma.contactDeletion.create({ data: { workspaceId, contactId: newId(), deletedAt: at } })

  const customField = await prisma.customField.create({
    data: { id: newId(), workspaceId, objectType: 'CONTACT', key: 'city', name: 'City', type: 'STRING' },
  })
  await prisma.syncSettings.create({ data: { workspaceId, contactsEnabled: true, activatedAt: at, nextRunAt: at } })
  await prisma.fieldMapping.create({
    data: {
      workspaceId,
      objectType: 'CONTACT',
      hubspotProperty: 'city',
      target: 'CUSTOM_FIELD',
      customFieldId: customField.id,
      position: 0,
    },
  })
  await prisma.hubSpotConnection.create({
    data: {
      workspaceId,
      status: 'DISCONNECTED',
      portalId: 4711n,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'eu1',
      timeZone: 'UTC',
      scopes: [],
      connectedById: userId,
      connectedAt: at,
    },
  })
  await prisma.oAuthState.create({
    data: { stateHash: sha256(workspaceId), workspaceId, userId, codeVerifier: 'sealed', expiresAt: at },
  })

  const run = await storeRun(database, workspaceId, { triggeredById: userId, status: 'RUNNING' })
  await prisma.syncRunMember.create({ data: { workspaceId, runId: run.id, hubspotId: 1001n } })
  await prisma.syncRunLeftOut.create({ data: { workspaceId, runId: run.id, hubspotId: 1002n } })
  await prisma.syncRunDeparture.create({
    data: { workspaceId, runId: run.id, objectType: 'CONTACT', hubspotId: 1003n },
  })
  await prisma.runMail.create({
    data: { runId: run.id, workspaceId, kind: 'ENDED', digest: {}, nextAttemptAt: at, createdAt: at },
  })
  await storeError(database, workspaceId, { contactId, lastRunId: run.id, firstRunId: run.id })

  await prisma.hubSpotAlias.create({ data: { workspaceId, objectType: 'CONTACT', hubspotId: 7n, mergedIntoId: 1001n } })
  await prisma.hubSpotExclusion.create({ data: { workspaceId, objectType: 'CONTACT', hubspotId: 8n } })
  const seen = { occurredAt: at, firstSeenAt: at, lastSeenAt: at }
  await prisma.hubSpotChange.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotId: 9n, kind: 'CHANGED', ...seen },
  })
  await prisma.hubSpotFreshness.create({ data: { workspaceId, lastEventAt: at } })
  await prisma.mutationResult.create({ data: { workspaceId, mutation: 'createContact', key: 'k', createdAt: at } })
  await prisma.auditEntry.create({
    data: {
      id: newId(),
      workspaceId,
      at,
      action: 'SYNC_STARTED',
      isDone: true,
      userId,
      subjectLabel: 'run',
      details: {},
    },
  })

  const empty = Object.entries(await countRows(database.pool, workspaceId)).filter(([, count]) => count === 0)
  if (empty.length > 0) throw new Error(`storeFilledWorkspace stores no rows in ${empty.map(([table]) => table)}`)
  return workspace
}

function sha256(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest())
}
