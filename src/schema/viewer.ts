import { v5 as uuidv5 } from 'uuid'
import type { Viewer } from '../auth/viewer.ts'
import { ApiToken } from './api-token.ts'
import { builder } from './builder.ts'
import { User } from './user.ts'
import { Workspace } from './workspace.ts'

const ViewerRoleType = builder.enumType('ViewerRole', {
  description: 'The role of a user in the workspace.',
  values: {
    MEMBER: { description: 'Reads and edits contacts and accounts.' },
    WORKSPACE_ADMIN: { description: 'Also configures and controls the sync of this workspace.' },
    COMPANY_ADMIN: { description: 'Has the rights of WORKSPACE_ADMIN in every workspace of the organization.' },
  },
})

const ViewerType = builder.node(builder.objectRef<Viewer>('Viewer'), {
  description: 'The user who sent the request, in the workspace that the request acts in.',
  id: { resolve: viewerId },
  loadOne: (id, { viewer }) => (id === viewerId(viewer) ? viewer : null),
  fields: (t) => ({
    role: t.expose('role', { type: ViewerRoleType, description: 'Role of the user in this workspace.' }),
    user: t.prismaField({
      type: User,
      description: 'The user.',
      resolve: (query, { userId }, _args, { database }) =>
        database.prisma.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
    workspace: t.prismaField({
      type: Workspace,
      description: 'Workspace that the request acts in.',
      resolve: (query, { workspaceId }, _args, { database }) =>
        database.prisma.workspace.findUniqueOrThrow({ ...query, where: { id: workspaceId } }),
    }),
    apiTokens: t.prismaField({
      type: [ApiToken],
      description: "The viewer's own tokens, oldest first, including revoked and expired ones.",
      resolve: (query, { userId }, _args, { database }) =>
        database.prisma.apiToken.findMany({ ...query, where: { userId }, orderBy: { id: 'asc' } }),
    }),
  }),
})

/** A user is a different viewer in each workspace, with a different role. */
function viewerId({ userId, workspaceId }: Viewer): string {
  return uuidv5(userId, workspaceId)
}

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'The user who sent the request.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
)
