import type { Simulator } from '../simulator/index.ts'
import type { Viewer } from '../src/auth/viewer.ts'
import { sealGrant } from '../src/connection/sealed-tokens.ts'
import type { Services } from '../src/open-services.ts'
import { setFieldMappings } from '../src/sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../src/sync/settings/update-sync-settings.ts'
import { createWorkspace } from '../src/workspaces/manage-workspaces.ts'

const listOfAll = '42'

/** Connects a workspace to this portal, as after a log-in, and prepares the sync of its list of all contacts. */
export async function connectWorkspace(services: Services, simulator: Simulator, hubId: number): Promise<Viewer> {
  const { database, connection, sync } = services
  const { workspaceId, organizationId, userId } = await createWorkspace(database, {
    name: `Portal ${hubId}`,
    plan: 'GROWTH',
    adminEmail: `admin-${hubId}@bench.example`,
  })
  const tokens = simulator.issueAccessToken(hubId)
  const sealed = sealGrant(connection, workspaceId, { ...tokens, expiresInSeconds: 1_800, scopes: [] })
  const now = connection.now()
  await database.prisma.hubSpotConnection.create({
    data: {
      workspaceId,
      status: 'CONNECTED',
      portalId: hubId,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
      timeZone: 'UTC',
      scopes: [],
      accessToken: sealed.accessToken,
      refreshToken: sealed.refreshToken,
      accessTokenExpiresAt: sealed.expiresAt,
      accessTokenRenewAt: sealed.renewAt,
      connectedById: userId,
      connectedAt: now,
    },
  })
  const viewer: Viewer = { workspaceId, organizationId, userId, plan: 'GROWTH', role: 'WORKSPACE_ADMIN' }
  await updateSyncSettings(sync, viewer, { contactsEnabled: true, contactSource: 'FROM_LIST', listId: listOfAll })
  await setFieldMappings(sync, viewer, 'CONTACT', [
    { property: 'firstname', target: 'FIRST_NAME' },
    { property: 'lastname', target: 'LAST_NAME' },
    { property: 'email', target: 'EMAIL' },
    { property: 'phone', target: 'PHONE' },
  ])
  return viewer
}
