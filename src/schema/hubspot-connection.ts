import { type BegunLogin, beginLogin } from '../connection/begin-login.ts'
import { disconnect } from '../connection/disconnect.ts'
import { LoginExpiredError, LoginRefusedError, OtherPortalError, ScopesMissingError } from '../connection/errors.ts'
import { type Connection, findConnection } from '../connection/find-connection.ts'
import { finishLogin } from '../connection/finish-login.ts'
import { HubSpotUnavailableError, NotConnectedError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { callCost } from './support/call-cost.ts'
import { User } from './user.ts'
import { syncAdminErrors, UserErrorInterface } from './user-error.ts'

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
    hubDomain: t.exposeString('hubDomain', {
      nullable: true,
      description:
        'Domain of the customer, by which people recognize the portal, for example example.com. Null if HubSpot did not tell it at the log-in.',
    }),
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

const ConnectHubSpotPayload = builder.objectRef<BegunLogin>('ConnectHubSpotPayload').implement({
  description: 'A log-in that was started.',
  fields: (t) => ({
    authorizeUrl: t.exposeString('authorizeUrl', {
      description:
        "URL to open in the admin's browser within ten minutes. Afterwards, the browser brings `state` and `code` to the return URL.",
    }),
    state: t.exposeString('state', {
      description: 'The log-in, for `finishHubSpotLogin`. HubSpot returns the same text.',
    }),
  }),
})

builder.objectType(LoginExpiredError, {
  name: 'LoginExpiredError',
  description:
    'The log-in was started more than ten minutes ago, was already finished, or never existed. Use `connectHubSpot`. Code LOGIN_EXPIRED.',
  interfaces: [UserErrorInterface],
})

builder.objectType(LoginRefusedError, {
  name: 'LoginRefusedError',
  description: 'HubSpot did not confirm the code. Use `connectHubSpot`. Code LOGIN_REFUSED.',
  interfaces: [UserErrorInterface],
})

builder.objectType(ScopesMissingError, {
  name: 'ScopesMissingError',
  description: 'The admin did not grant every permission that the sync needs. Code SCOPES_MISSING.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    scopes: t.exposeStringList('scopes', { description: 'Scopes that are missing.' }),
  }),
})

builder.objectType(OtherPortalError, {
  name: 'OtherPortalError',
  description:
    'The log-in was for another portal than the connected one. Connect again with `allowPortalChange` to replace it. Code OTHER_PORTAL.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    connectedPortalId: t.string({
      description: 'Id of the connected portal.',
      resolve: ({ connectedPortalId }) => String(connectedPortalId),
    }),
    offeredPortalId: t.string({
      description: 'Id of the portal of this log-in.',
      resolve: ({ offeredPortalId }) => String(offeredPortalId),
    }),
  }),
})

const connectionPayload = (name: string, description: string, status: string) =>
  builder.objectRef<Connection>(name).implement({
    description,
    fields: (t) => ({
      hubspotConnection: t.field({
        type: HubSpotConnection,
        description: `The connection, with status ${status}.`,
        resolve: (connection) => connection,
      }),
    }),
  })

const FinishHubSpotLoginPayload = connectionPayload(
  'FinishHubSpotLoginPayload',
  'The connection after the log-in.',
  'CONNECTED',
)
const DisconnectHubSpotPayload = connectionPayload(
  'DisconnectHubSpotPayload',
  'The connection after the disconnect.',
  'DISCONNECTED',
)

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
    description:
      'Starts a log-in to HubSpot, for the first time or again. `finishHubSpotLogin` completes it. All settings are kept. For admins.',
    args: {
      allowPortalChange: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'If true, the log-in may connect a different portal. Previously synced contacts then become local contacts. Choose a list again; the next start matches contacts by handle.',
      }),
      returnUrl: t.arg.string({
        description:
          "URL to which HubSpot's page returns the browser, with `state` and `code`, or `state` and `error`, as query parameters. One of the URLs that the operator allows. If omitted, a page shows the code for copying.",
      }),
    },
    errors: { types: syncAdminErrors },
    resolve: (_root, { allowPortalChange, returnUrl }, { connection, viewer }) =>
      beginLogin(connection, viewer, { allowPortalChange, returnUrl }),
  }),
  finishHubSpotLogin: t.field({
    type: FinishHubSpotLoginPayload,
    nullable: true,
    description:
      'Completes a log-in that the viewer started, and connects the workspace. Nobody else can complete it. For admins.',
    args: {
      state: t.arg.string({ required: true, description: '`state` of `connectHubSpot`, or of the return URL.' }),
      code: t.arg.string({ required: true, description: '`code` of the return URL, or from the page.' }),
    },
    errors: {
      types: [
        ...syncAdminErrors,
        LoginExpiredError,
        LoginRefusedError,
        ScopesMissingError,
        OtherPortalError,
        HubSpotUnavailableError,
      ],
    },
    extensions: { cost: callCost(2) },
    resolve: async (_root, { state, code }, { database, connection, viewer }) => {
      const { workspaceId } = await finishLogin(connection, viewer, { state, code })
      const connected = await findConnection({ database }, workspaceId)
      // A connection is never deleted, not even when HubSpot is disconnected.
      if (connected === null) throw new Error('there is no connection after a log-in')
      return connected
    },
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
