import { beginLogin } from '../connection/begin-login.ts'
import { disconnect } from '../connection/disconnect.ts'
import { type Connection, findConnection } from '../connection/find-connection.ts'
import { NotConnectedError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { callCost } from './support/call-cost.ts'
import { User } from './user.ts'
import { syncAdminErrors } from './user-error.ts'

const ConnectionStatusEnum = builder.enumType('HubSpotConnectionStatus', {
  description: 'Whether HubSpot can be asked.',
  values: {
    CONNECTED: { description: 'It can.' },
    NEEDS_RECONNECT: { description: 'HubSpot refuses the stored log-in: connect again; nothing is lost.' },
    DISCONNECTED: { description: 'An admin logged out; settings and synced contacts are kept.' },
  },
})

export const HubSpotConnection = builder.node(builder.objectRef<Connection>('HubSpotConnection'), {
  description: "The workspace's log-in to a HubSpot portal. A workspace has at most one.",
  id: { resolve: ({ workspaceId }) => workspaceId },
  loadOne: (id, { database, viewer: { workspaceId } }) =>
    id === workspaceId ? findConnection({ database }, workspaceId) : null,
  fields: (t) => ({
    status: t.expose('status', { type: ConnectionStatusEnum, description: 'Whether HubSpot can be asked.' }),
    portalId: t.string({ description: "HubSpot's id of the portal.", resolve: ({ portalId }) => String(portalId) }),
    uiDomain: t.exposeString('uiDomain', { description: "Host of HubSpot's own pages for this portal." }),
    dataHostingLocation: t.exposeString('dataHostingLocation', {
      description: 'Region in which HubSpot keeps the data.',
    }),
    timeZone: t.exposeString('timeZone', { description: "The portal's time zone (IANA)." }),
    scopes: t.exposeStringList('scopes', { description: 'What the log-in granted.' }),
    connectedBy: t.prismaField({
      type: User,
      nullable: true,
      description: 'Who logged in.',
      resolve: (query, { connectedById: id }, _args, { database, viewer: { organizationId } }) =>
        id === null ? null : database.prisma.user.findUnique({ ...query, where: { id, organizationId } }),
    }),
    connectedAt: t.expose('connectedAt', { type: 'DateTime', description: 'Last log-in.' }),
  }),
})

const ConnectHubSpotPayload = builder.objectRef<{ authorizeUrl: string }>('ConnectHubSpotPayload').implement({
  description: 'A log-in that has begun.',
  fields: (t) => ({
    authorizeUrl: t.exposeString('authorizeUrl', {
      description: "Send the admin's browser here within ten minutes; HubSpot sends it back to this server.",
    }),
  }),
})

const DisconnectHubSpotPayload = builder.objectRef<Connection>('DisconnectHubSpotPayload').implement({
  description: 'The connection after the log-out.',
  fields: (t) => ({
    hubspotConnection: t.field({
      type: HubSpotConnection,
      description: 'The connection, now DISCONNECTED.',
      resolve: (connection) => connection,
    }),
  }),
})

builder.queryField('hubspotConnection', (t) =>
  t.field({
    type: HubSpotConnection,
    nullable: true,
    description: 'The log-in to HubSpot; null before the first one. For admins.',
    resolve: (_root, _args, { database, viewer }) => findConnection({ database }, viewer.workspaceId),
  }),
)

builder.mutationFields((t) => ({
  connectHubSpot: t.field({
    type: ConnectHubSpotPayload,
    nullable: true,
    description: 'Begins a log-in to HubSpot, the first one or a renewal. Loses no settings. For admins.',
    args: {
      allowPortalChange: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Whether another portal may take the place of the present one. Its ids then mean nothing: what was synced stays as local contacts, and the next start, for which a list has to be chosen anew, matches them by handle.',
      }),
    },
    errors: { types: syncAdminErrors },
    resolve: (_root, { allowPortalChange }, { connection, viewer }) =>
      beginLogin(connection, viewer, { allowPortalChange }),
  }),
  disconnectHubSpot: t.field({
    type: DisconnectHubSpotPayload,
    nullable: true,
    description: 'Logs out of HubSpot. Settings, mappings and synced contacts stay. For admins.',
    errors: { types: [NotConnectedError] },
    extensions: { cost: callCost(1) },
    resolve: (_root, _args, { connection, viewer }) => disconnect(connection, viewer),
  }),
}))
