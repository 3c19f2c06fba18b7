import { type IssuedToken, issueApiToken, revokeApiToken } from '../auth/manage-api-tokens.ts'
import type { ApiToken as ApiTokenRow } from '../generated/prisma/client.ts'
import { NotFoundError } from '../user-errors.ts'
import { builder } from './builder.ts'
import { rowId } from './support/global-ids.ts'

export const ApiToken = builder.prismaNode('ApiToken', {
  description: 'A credential of a user. The secret itself is shown once, when the token is created.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, userId: viewer.userId }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Says who uses it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when on it is refused; null for never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'Last use, to the minute.' }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null while it is valid.',
    }),
  }),
})

const CreateApiTokenPayload = builder.objectRef<IssuedToken>('CreateApiTokenPayload').implement({
  description: 'A new token with its secret.',
  fields: (t) => ({
    token: t.exposeString('token', {
      description: 'The secret, shown this once. Send it as "Authorization: Bearer <token>".',
    }),
    apiToken: t.expose('apiToken', { type: ApiToken, description: 'The token without its secret.' }),
  }),
})

const RevokeApiTokenPayload = builder.objectRef<ApiTokenRow>('RevokeApiTokenPayload').implement({
  description: 'A revoked token.',
  fields: (t) => ({
    apiToken: t.field({ type: ApiToken, description: 'The token.', resolve: (token) => token }),
  }),
})

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  description: 'A token for the viewer.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Says who uses it.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'From when on it is refused; null for never.' }),
  }),
})

builder.mutationFields((t) => ({
  createApiToken: t.field({
    type: CreateApiTokenPayload,
    nullable: true,
    description: "Creates a token with the viewer's own rights.",
    args: { input: t.arg({ type: CreateApiTokenInput, required: true }) },
    errors: {},
    resolve: (_root, { input }, { database, viewer }) =>
      issueApiToken(database.prisma, { userId: viewer.userId, name: input.name, expiresAt: input.expiresAt }),
  }),
  revokeApiToken: t.field({
    type: RevokeApiTokenPayload,
    nullable: true,
    description: "Revokes one of the viewer's tokens; requests with it are refused from then on.",
    args: { id: t.arg.globalID({ required: true, description: 'Global id of the token.' }) },
    errors: { types: [NotFoundError] },
    resolve: (_root, { id }, { database, viewer }) => revokeApiToken(database, viewer, rowId(id, 'ApiToken')),
  }),
}))
