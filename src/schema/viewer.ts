import { v5 as uuidv5 } from 'uuid'
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

const ViewerType = builder.node(builder.objectRef<Viewer>('Viewer'), {
  description: 'Whoever sent the request, in the workspace that the request acts in.',
  id: { resolve: viewerId },
  loadOne: (id, { viewer }) => (id === viewerId(viewer) ? viewer : null),
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

/** One user is another viewer in each workspace, with another role. */
function viewerId({ userId, workspaceId }: Viewer): string {
  return uuidv5(userId, workspaceId)
}

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'Whoever sent the request.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
)
