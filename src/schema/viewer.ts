import type { Viewer } from '../auth/viewer.ts'
import { ApiToken } from './api-token.ts'
import { builder } from './builder.ts'
import { User } from './user.ts'
import { Workspace } from './workspace.ts'

const ViewerRoleType = builder.enumType('ViewerRole', {
  description: 'What a user may do in the workspace.',
  values: {
    MEMBER: { description: 'Reads the shared contacts.' },
    WORKSPACE_ADMIN: { description: 'Sets up and controls the sync of this workspace as well.' },
    COMPANY_ADMIN: { description: 'The same in every workspace of the organization.' },
  },
})

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who asks, in the workspace that the request acts in.',
  fields: (t) => ({
    role: t.expose('role', { type: ViewerRoleType, description: 'What the viewer may do here.' }),
    user: t.prismaField({
      type: User,
      description: 'The user whose token was sent.',
      resolve: (query, { userId }, _args, { database }) =>
        database.prisma.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
    workspace: t.prismaField({
      type: Workspace,
      description: 'The workspace that the request acts in.',
      resolve: (query, { workspaceId }, _args, { database }) =>
        database.prisma.workspace.findUniqueOrThrow({ ...query, where: { id: workspaceId } }),
    }),
    apiTokens: t.prismaField({
      type: [ApiToken],
      description: "The viewer's own tokens, oldest first, revoked and expired ones included.",
      resolve: (query, { userId }, _args, { database }) =>
        database.prisma.apiToken.findMany({ ...query, where: { userId }, orderBy: { id: 'asc' } }),
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'Who asks.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
)
