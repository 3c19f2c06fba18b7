import { LastAdminError, NotFoundError, TokenLimitError } from '../user-errors.ts'
import {
  createMachineUser,
  type IssuedMachineUser,
  inviteMember,
  membersOf,
  removeMember,
  setMemberRole,
} from '../workspaces/manage-members.ts'
import { ApiToken } from './api-token.ts'
import { builder } from './builder.ts'
import type { GraphQLContext } from './context.ts'
import { connectionQuery } from './support/connection-query.ts'
import { encodeGlobalId, memberRowId } from './support/global-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { TokenScopeEnum } from './token-scope.ts'
import { User } from './user.ts'
import { UserErrorInterface } from './user-error.ts'
import { ViewerRoleType } from './viewer-role.ts'

const membership = (_args: unknown, { viewer: { workspaceId } }: GraphQLContext) => ({
  memberships: { where: { workspaceId } },
})

export const Member = builder.prismaNode('User', {
  variant: 'Member',
  description:
    'A user who has access to the workspace of the request: a member of it, or a company admin of its organization.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer }) => ({ id, AND: accessOf(viewer) }),
  fields: (t) => ({
    user: t.variant(User, { description: 'The user.' }),
    email: t.exposeString('email', { nullable: true, description: 'Email address. Null for a machine user.' }),
    isMachine: t.exposeBoolean('isMachine', { description: 'True for a machine user.' }),
    role: t.field({
      type: ViewerRoleType,
      description: 'Role in this workspace.',
      select: (args, context) => ({ isCompanyAdmin: true, ...membership(args, context) }),
      resolve: ({ isCompanyAdmin, memberships: [held] }) =>
        isCompanyAdmin ? 'COMPANY_ADMIN' : (held?.role ?? 'MEMBER'),
    }),
    joinedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Time at which the user got access to this workspace. Null for a company admin who was not invited to it.',
      select: membership,
      resolve: ({ memberships: [held] }) => held?.createdAt ?? null,
    }),
  }),
})

const MemberConnection = builder.connectionObject({ type: Member, name: 'MemberConnection' }, { name: 'MemberEdge' })

builder.queryField('members', (t) =>
  t.connection(
    {
      type: Member,
      nullable: true,
      description: 'Everybody who has access to the workspace, oldest user first. For admins.',
      resolve: (_root, args, context, info) => {
        const { database, viewer } = context
        const query = connectionQuery(context, info, 'Member')
        const where = accessOf(viewer)
        return keysetConnection(args, {
          find: (page) => database.prisma.user.findMany({ ...query, ...page, where: { AND: [where, page.where] } }),
          count: () => database.prisma.user.count({ where }),
        }) as never
      },
    },
    MemberConnection,
  ),
)

function accessOf({ workspaceId, organizationId }: GraphQLContext['viewer']) {
  return membersOf({ id: workspaceId, organizationId })
}

interface ChangedMember {
  readonly userId: string
  /** False if nothing had to change. */
  readonly isNew: boolean
}

function memberPayload(name: string, description: string) {
  return builder.objectRef<ChangedMember>(name).implement({
    description,
    fields: (t) => ({
      member: t.prismaField({
        type: Member,
        description: 'The member.',
        resolve: (query, { userId: id }, _args, { database, viewer }) =>
          database.prisma.user.findFirstOrThrow({ ...query, where: { id, ...accessOf(viewer) } }),
      }),
    }),
  })
}

const InviteMemberPayload = memberPayload('InviteMemberPayload', 'The new member.')
const SetMemberRolePayload = memberPayload('SetMemberRolePayload', 'The member with the new role.')

const RemoveMemberPayload = builder.objectRef<{ readonly userId: string }>('RemoveMemberPayload').implement({
  description: 'The end of a membership.',
  fields: (t) => ({
    deletedId: t.id({
      description: 'Former global id of the member. Remove it from your cache.',
      resolve: ({ userId }) => encodeGlobalId('Member', userId),
    }),
    user: t.prismaField({
      type: User,
      description: 'The user, who no longer has access to the workspace.',
      resolve: (query, { userId: id }, _args, { database, viewer: { organizationId } }) =>
        database.prisma.user.findFirstOrThrow({ ...query, where: { id, organizationId } }),
    }),
  }),
})

const CreateMachineUserPayload = builder.objectRef<IssuedMachineUser>('CreateMachineUserPayload').implement({
  description: 'A new machine user and its first API token.',
  fields: (t) => ({
    member: t.prismaField({
      type: Member,
      description: 'The machine user.',
      resolve: (query, { userId: id }, _args, { database, viewer }) =>
        database.prisma.user.findFirstOrThrow({ ...query, where: { id, ...accessOf(viewer) } }),
    }),
    token: t.exposeString('token', {
      description: 'Secret of the token, shown only this once. Send it as "Authorization: Bearer <token>".',
    }),
    apiToken: t.expose('apiToken', { type: ApiToken, description: 'The token.' }),
  }),
})

const CreateMachineUserInput = builder.inputType('CreateMachineUserInput', {
  description: 'A new machine user.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Name of the program. Its token gets the same name.' }),
    role: t.field({
      type: ViewerRoleType,
      required: true,
      defaultValue: 'MEMBER',
      description: 'Role in the workspace. A machine user cannot be a company admin.',
    }),
    scopes: t.field({
      type: [TokenScopeEnum],
      description: "Scopes of the token. By default, all that the viewer's own credentials have.",
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Time from which the token is rejected. Null if it never expires.',
    }),
  }),
})

builder.objectType(LastAdminError, {
  name: 'LastAdminError',
  description: 'The change would leave a workspace without a person who is an admin. Code LAST_ADMIN.',
  interfaces: [UserErrorInterface],
})

builder.objectType(TokenLimitError, {
  name: 'TokenLimitError',
  description: 'The user has as many valid API tokens in the workspace as are allowed. Code TOKEN_LIMIT.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'Maximum number of valid tokens.' }),
  }),
})

const memberId = { required: true, description: 'Global id of the member, or of their user.' } as const
const roleArg = { type: ViewerRoleType, required: true } as const

builder.mutationFields((t) => ({
  inviteMember: t.field({
    type: InviteMemberPayload,
    nullable: true,
    description:
      'Gives a person access to the workspace at once. They log in as the operator has set it up; no email is sent and no token is created. Repeating the call changes nothing. For admins.',
    args: {
      email: t.arg.string({ required: true, description: 'Email address of the person.' }),
      role: t.arg({
        ...roleArg,
        defaultValue: 'MEMBER',
        description: 'Role of the person. Only company admins can make somebody a company admin.',
      }),
    },
    errors: {},
    resolve: (_root, { email, role }, { database, viewer }) =>
      inviteMember(database, viewer, viewer.workspaceId, { email, role }),
  }),
  createMachineUser: t.field({
    type: CreateMachineUserPayload,
    nullable: true,
    description:
      'Creates a machine user: a member without an email address who cannot log in and has only API tokens. For admins.',
    args: { input: t.arg({ type: CreateMachineUserInput, required: true }) },
    errors: { types: [TokenLimitError] },
    resolve: (_root, { input }, { database, viewer }) => createMachineUser(database, viewer, viewer.workspaceId, input),
  }),
  setMemberRole: t.field({
    type: SetMemberRolePayload,
    nullable: true,
    description:
      'Changes the role of a member. Subscriptions that they no longer may follow end within 10 seconds. Only company admins can make somebody a company admin, or change the role of one. For admins.',
    args: {
      id: t.arg.globalID(memberId),
      role: t.arg({ ...roleArg, description: 'The new role.' }),
    },
    errors: { types: [NotFoundError, LastAdminError] },
    resolve: async (_root, { id, role }, { database, viewer }) => {
      const userId = memberRowId(id)
      const isNew = await setMemberRole(database, viewer, viewer.workspaceId, { userId, role })
      return { userId, isNew }
    },
  }),
  removeMember: t.field({
    type: RemoveMemberPayload,
    nullable: true,
    description:
      "Ends a member's access to the workspace and revokes their API tokens there. Requests are rejected at once, and sockets and streams end within 10 seconds. For admins.",
    args: { id: t.arg.globalID(memberId) },
    errors: { types: [NotFoundError, LastAdminError] },
    resolve: async (_root, { id }, { database, viewer }) => {
      const userId = memberRowId(id)
      await removeMember(database, viewer, viewer.workspaceId, userId)
      return { userId }
    },
  }),
}))
