import { beginLogin } from '../connection/begin-login.ts'
import { disconnect } from '../connection/disconnect.ts'
import { type Connection, findConnection } from '../connection/find-connection.ts'
import { NotConnectedError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { callCost } from './support/call-cost.ts'
import { User } from './user.ts'
import { syncAdminErrors } from './user-error.ts'

const ConnectionStatusEnum = builder.enumType('HubSpotConnectionStatus', {
  description: 'The status of the connection to HubSpot.',
  values: {
    CONNECTED: { description: 'HubSpot accepts the stored log-in.' },
    NEEDS_RECONNECT: { description: 'HubSpot rejects the stored log-in. Connect again; no data is lost.' },
    DISCONNECTED: { description: 'An admin disconnected HubSpot. Settings and synced contacts are kept.' },
  },
})

export const HubSpotConnection = builder.node(builder.objectRef<Connection>('HubSpotConnection'), {
  description: "The workspace's connection to a HubSpot portal. A workspace has at most one.",
  id: { resolve: ({ workspaceId }) => workspaceId },
  loadOne: (id, { database, viewer: { workspaceId } }) =>
    id === workspaceId ? findConnection({ database }, workspaceId) : null,
  fields: (t) => ({
    status: t.expose('status', { type: ConnectionStatusEnum, description: 'Current status.' }),
    portalId: t.string({ description: "HubSpot's id of the portal.", resolve: ({ portalId }) => String(portalId) }),
    uiDomain: t.exposeString('uiDomain', { description: "Host of HubSpot's user interface for this portal." }),
    dataHostingLocation: t.exposeString('dataHostingLocation', {
      description: "Region in which HubSpot stores the portal's data.",
    }),
    timeZone: t.exposeString('timeZone', { description: 'Time zone of the portal (IANA name).' }),
    scopes: t.exposeStringList('scopes', { description: 'Scopes that were granted at the log-in.' }),
    connectedBy: t.prismaField({
      type: User,
      nullable: true,
      description: 'User who logged in.',
      resolve: (query, { connectedById: id }, _args, { database, viewer: { organizationId } }) =>
        id === null ? null : database.prisma.user.findUnique({ ...query, where: { id, organizationId } }),
    }),
    connectedAt: t.expose('connectedAt', { type: 'DateTime', description: 'Time of the last log-in.' }),
  }),
})

const ConnectHubSpotPayload = builder.objectRef<{ authorizeUrl: string }>('ConnectHubSpotPayload').implement({
  description: 'A log-in that was started.',
  fields: (t) => ({
    authorizeUrl: t.exposeString('authorizeUrl', {
      description: "URL to open in the admin's browser within ten minutes. HubSpot redirects back to this server.",
    }),
  }),
})

const DisconnectHubSpotPayload = builder.objectRef<Connection>('DisconnectHubSpotPayload').implement({
  description: 'The connection after the disconnect.',
  fields: (t) => ({
    hubspotConnection: t.field({
      type: HubSpotConnection,
      description: 'The connection, with status DISCONNECTED.',
      resolve: (connection) => connection,
    }),
  }),
})

builder.queryField('hubspotConnection', (t) =>
  t.field({
    type: HubSpotConnection,
    nullable: true,
    description: 'Connection to HubSpot. Null before the first log-in. For admins.',
    resolve: (_root, _args, { database, viewer }) => findConnection({ database }, viewer.workspaceId),
  }),
)

builder.mutationFields((t) => ({
  connectHubSpot: t.field({
    type: ConnectHubSpotPayload,
    nullable: true,
    description: 'Starts a log-in to HubSpot, for the first time or again. All settings are kept. For admins.',
    args: {
      allowPortalChange: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'If true, the log-in may connect a different portal. Previously synced contacts then become local contacts. Choose a list again; the next start matches contacts by handle.',
      }),
    },
    errors: { types: syncAdminErrors },
    resolve: (_root, { allowPortalChange }, { connection, viewer }) =>
      beginLogin(connection, viewer, { allowPortalChange }),
  }),
  disconnectHubSpot: t.field({
    type: DisconnectHubSpotPayload,
    nullable: true,
    description: 'Disconnects HubSpot. Settings, mappings, and synced contacts are kept. For admins.',
    errors: { types: [NotConnectedError] },
    extensions: { cost: callCost(1) },
    resolve: (_root, _args, { connection, viewer }) => disconnect(connection, viewer),
  }),
}))
