import { type IssuedToken, issueApiToken, revokeApiToken } from '../auth/manage-api-tokens.ts'
import type { ApiToken as ApiTokenRow } from '../generated/prisma/client.ts'
import { NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { rowId } from './support/global-ids.ts'

export const ApiToken = builder.prismaNode('ApiToken', {
  description: 'An API token of a user in one workspace. Its secret is shown only once, when the token is created.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer: { userId, workspaceId } }) => ({ id, userId, workspaceId }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name that tells what the token is used for.' }),
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

const CreateApiTokenPayload = builder.objectRef<IssuedToken>('CreateApiTokenPayload').implement({
  description: 'The new token and its secret.',
  fields: (t) => ({
    token: t.exposeString('token', {
      description: 'Secret of the token, shown only this once. Send it as "Authorization: Bearer <token>".',
    }),
    apiToken: t.expose('apiToken', { type: ApiToken, description: 'The new token.' }),
  }),
})

const RevokeApiTokenPayload = builder.objectRef<ApiTokenRow>('RevokeApiTokenPayload').implement({
  description: 'The revoked token.',
  fields: (t) => ({
    apiToken: t.field({ type: ApiToken, description: 'The revoked token.', resolve: (token) => token }),
  }),
})

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  description: 'A new API token for the viewer.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Name that tells what the token is used for.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Time from which the token is rejected. Null if it never expires.',
    }),
  }),
})

builder.mutationFields((t) => ({
  createApiToken: t.field({
    type: CreateApiTokenPayload,
    nullable: true,
    description:
      "Creates an API token with the viewer's own rights in the current workspace. It never acts in another workspace.",
    args: { input: t.arg({ type: CreateApiTokenInput, required: true }) },
    errors: {},
    resolve: (_root, { input }, { database, viewer }) =>
      issueApiToken(database.prisma, {
        userId: viewer.userId,
        workspaceId: viewer.workspaceId,
        name: input.name,
        expiresAt: input.expiresAt,
      }),
  }),
  revokeApiToken: t.field({
    type: RevokeApiTokenPayload,
    nullable: true,
    description: "Revokes one of the viewer's API tokens. Requests with the token are rejected from then on.",
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the token.' }) },
    errors: { types: [NotFoundError] },
    resolve: (_root, { id }, { database, viewer }) => revokeApiToken(database, viewer, rowId(id, 'ApiToken')),
  }),
}))
