import {
  createApiToken,
  createMachineToken,
  type IssuedToken,
  revokeApiToken,
  tokensOf,
} from '../auth/manage-api-tokens.ts'
import type { ApiToken as ApiTokenRow } from '../generated/prisma/client.ts'
import { NotFoundError, TokenLimitError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { connectionQuery } from './support/connection-query.ts'
import { memberRowId, rowId } from './support/global-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { TokenScopeEnum } from './token-scope.ts'
import { User } from './user.ts'

export const ApiToken = builder.prismaNode('ApiToken', {
  description: 'An API token of a user in one workspace. Its secret is shown only once, when the token is created.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, AND: tokensOf(viewer) }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name that tells what the token is used for.' }),
    user: t.relation('user', { type: User, description: 'The user who acts with the token.' }),
    scopes: t.expose('scopes', {
      type: [TokenScopeEnum],
      description: "Rights of the token. It may do what both its scopes and its user's role allow.",
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time of creation.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time from which the token is rejected. Null if it never expires.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last use, to the minute. Null if it was never used.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the token was revoked. Null if it was not revoked.',
    }),
  }),
})

const CreateApiTokenPayload = tokenPayload('CreateApiTokenPayload')
const CreateMachineTokenPayload = tokenPayload('CreateMachineTokenPayload')

function tokenPayload(name: string) {
  return builder.objectRef<IssuedToken>(name).implement({
    description: 'The new token and its secret.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description: 'Secret of the token, shown only this once. Send it as "Authorization: Bearer <token>".',
      }),
      apiToken: t.expose('apiToken', { type: ApiToken, description: 'The new token.' }),
    }),
  })
}

const RevokeApiTokenPayload = builder.objectRef<ApiTokenRow>('RevokeApiTokenPayload').implement({
  description: 'The revoked token.',
  fields: (t) => ({
    apiToken: t.field({ type: ApiToken, description: 'The revoked token.', resolve: (token) => token }),
  }),
})

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  description: 'A new API token.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Name that tells what the token is used for.' }),
    scopes: t.field({
      type: [TokenScopeEnum],
      description: "Rights of the token. By default, all that the viewer's own credentials have.",
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Time from which the token is rejected. Null if it never expires.',
    }),
  }),
})

export const ApiTokenConnection = builder.connectionObject(
  { type: ApiToken, name: 'ApiTokenConnection' },
  { name: 'ApiTokenEdge' },
)

builder.queryField('apiTokens', (t) =>
  t.connection(
    {
      type: ApiToken,
      description:
        'API tokens of the workspace, oldest first, including those that were revoked or expired in the last 90 days. Admins see all of them, others their own.',
      resolve: (_root, args, context, info) => {
        const where = tokensOf(context.viewer)
        const query = connectionQuery(context, info, 'ApiToken')
        return keysetConnection(args, {
          find: (page) =>
            context.database.prisma.apiToken.findMany({ ...query, ...page, where: { ...where, ...page.where } }),
          count: () => context.database.prisma.apiToken.count({ where }),
        })
      },
    },
    ApiTokenConnection,
  ),
)

builder.mutationFields((t) => ({
  createApiToken: t.field({
    type: CreateApiTokenPayload,
    nullable: true,
    description:
      "Creates an API token with the viewer's own rights in the current workspace, or with fewer. It never acts in another workspace. A user can have 20 valid tokens in a workspace.",
    args: { input: t.arg({ type: CreateApiTokenInput, required: true }) },
    errors: { types: [TokenLimitError] },
    resolve: (_root, { input }, { database, viewer }) => createApiToken(database, viewer, input),
  }),
  createMachineToken: t.field({
    type: CreateMachineTokenPayload,
    nullable: true,
    description: 'Creates a further API token for a machine user. For admins.',
    args: {
      id: t.arg.globalID({ required: true, description: 'Global id of the machine user, as a member or a user.' }),
      input: t.arg({ type: CreateApiTokenInput, required: true }),
    },
    errors: { types: [NotFoundError, TokenLimitError] },
    resolve: (_root, { id, input }, { database, viewer }) =>
      createMachineToken(database, viewer, { ...input, userId: memberRowId(id) }),
  }),
  revokeApiToken: t.field({
    type: RevokeApiTokenPayload,
    nullable: true,
    description:
      "Revokes an API token: one of the viewer's own, or, for admins, any of the workspace. Requests with the token are rejected from then on.",
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the token.' }) },
    errors: { types: [NotFoundError] },
    resolve: (_root, { id }, { database, viewer }) => revokeApiToken(database, viewer, rowId(id, 'ApiToken')),
  }),
}))
