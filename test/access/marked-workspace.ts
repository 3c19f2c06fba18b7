import { v5 as uuidv5, v7 as uuidv7 } from 'uuid'
import type { IssuedWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import type { TestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'
import type { Things } from './walk-operations.ts'

/** A word that appears everywhere in a workspace of {@link storeMarkedWorkspace}, and nowhere else. */
export const mark = 'zerberus'
/** Used in names that a stranger may know. A stranger can ask for these, so answers may repeat them. */
const known = 'known'

export interface MarkedWorkspace extends IssuedWorkspace {
  readonly things: Things
}

/** Stores a workspace with one object of each type. */
export async function storeMarkedWorkspace(api: TestApi, options: { plan?: 'STARTER' } = {}): Promise<MarkedWorkspace> {
  const { prisma } = api.database
  const workspace = await api.createWorkspace(options)
  const { workspaceId, userId } = workspace
  await prisma.workspace.update({ where: { id: workspaceId }, data: { name: mark } })
  await prisma.user.update({ where: { id: userId }, data: { name: mark } })
  const accountId = uuidv7()
  await prisma.account.create({
    data: { id: accountId, workspaceId, name: mark, externalId: '2002', description: mark },
  })
  await prisma.accountDomain.create({ data: { workspaceId, accountId, domain: `${known}.example` } })
  await prisma.accountLink.create({ data: { workspaceId, accountId, hubspotId: 2002n, syncedAt: new Date() } })
  const contactId = await storeContact(api.database, workspaceId, {
    name: mark,
    hubspotId: 1001n,
    email: `${known}@example.test`,
    customFields: { [known]: mark },
  })
  await prisma.contact.update({ where: { id: contactId }, data: { accountId } })
  const customField = await prisma.customField.create({
    data: { id: uuidv7(), workspaceId, objectType: 'CONTACT', key: known, name: mark, type: 'STRING' },
  })
  await prisma.syncSettings.create({ data: { workspaceId, contactsEnabled: true, defaultPhoneRegion: 'DE' } })
  await prisma.fieldMapping.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotProperty: mark, target: 'NAME', position: 0 },
  })
  await prisma.hubSpotConnection.create({
    data: {
      workspaceId,
      status: 'NEEDS_RECONNECT',
      portalId: 4711n,
      uiDomain: `${mark}.hubspot.com`,
      dataHostingLocation: 'eu1',
      timeZone: 'UTC',
      scopes: [mark],
      connectedById: userId,
      connectedAt: new Date(),
    },
  })
  const run = await storeRun(api.database, workspaceId, { failureType: 'UNEXPECTED', failureMessage: mark })
  const error = await storeError(api.database, workspaceId, {
    message: mark,
    hubspotName: mark,
    details: { kind: 'invalid-value', property: mark, value: mark, fields: [mark] },
    contactId,
    heldByContactId: contactId,
    lastRunId: run.id,
  })
  const token = await prisma.apiToken.findFirstOrThrow({ where: { userId } })
  await prisma.apiToken.update({ where: { id: token.id }, data: { name: mark } })

  const act = await prisma.auditEntry.create({
    data: {
      id: uuidv7(),
      workspaceId,
      at: new Date(),
      action: 'MEMBER_INVITED',
      isDone: true,
      userId,
      tokenName: mark,
      subjectType: 'Member',
      subjectId: userId,
      subjectLabel: mark,
      details: { role: 'MEMBER' },
    },
  })

  const rows = {
    Contact: contactId,
    Account: accountId,
    CustomField: customField.id,
    SyncRun: run.id,
    SyncError: error.id,
    ApiToken: token.id,
    User: userId,
    Member: userId,
    AuditEntry: act.id,
    Workspace: workspaceId,
    SyncSettings: workspaceId,
    HubSpotConnection: workspaceId,
    Viewer: uuidv5(userId, workspaceId),
  }
  return {
    ...workspace,
    things: {
      ids: Object.entries(rows).map(([type, id]) => globalId(type, id)),
      texts: {
        externalId: '1001',
        externalIds: '1001',
        hubspotId: '1001',
        hubspotIds: '1001',
        domain: `${known}.example`,
        value: `${known}@example.test`,
        query: mark.slice(0, -1),
        key: known,
      },
    },
  }
}

/** Everything that the database stores about a workspace, as one text. Two texts are equal if nothing has changed. */
export async function contentOf({ database }: TestApi, { workspaceId, userId }: IssuedWorkspace): Promise<string> {
  const { rows: tables } = await database.pool.query<{ table_name: string }>(`
    SELECT table_name FROM information_schema.columns
    WHERE column_name = 'workspace_id' AND table_schema = current_schema() AND table_name <> 'api_token'
    ORDER BY table_name`)
  const parts = await Promise.all(
    tables.map(async ({ table_name: table }) => {
      const { rows } = await database.pool.query(
        `SELECT coalesce(string_agg(row::text, E'\\n' ORDER BY row::text), '') AS content
         FROM "${table}" row WHERE workspace_id = $1`,
        [workspaceId],
      )
      return `${table}:\n${rows[0].content}`
    }),
  )
  // Without the time of the last use.
  const tokens = await database.prisma.apiToken.findMany({ where: { userId }, select: { id: true, revokedAt: true } })
  return [...parts, JSON.stringify(tokens)].join('\n')
}
