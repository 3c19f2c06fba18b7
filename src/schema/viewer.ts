import { v5 as uuidv5 } from 'uuid'
import { findWorkspaces, type WorkspaceOfUser } from '../auth/find-workspaces.ts'
import type { Viewer } from '../auth/viewer.ts'
import { TokenScope } from '../generated/prisma/enums.ts'
import { ApiToken } from './api-token.ts'
import { builder } from './builder.ts'
import { encodeGlobalId } from './support/global-ids.ts'
import { TokenScopeEnum } from './token-scope.ts'
import { User } from './user.ts'
import { ViewerRoleType } from './viewer-role.ts'
import { PlanType, Workspace } from './workspace.ts'

/** Not a `Workspace`, whose fields apply the viewer's role in the current workspace. */
const ViewerWorkspace = builder.objectRef<WorkspaceOfUser>('ViewerWorkspace').implement({
  description: 'A workspace that the viewer may act in.',
  fields: (t) => ({
    workspaceId: t.id({
      description: 'Global id of the workspace, for the header x-workspace-id.',
      resolve: ({ workspaceId }) => encodeGlobalId('Workspace', workspaceId),
    }),
    name: t.exposeString('name', { description: 'Name of the workspace.' }),
    plan: t.expose('plan', { type: PlanType, description: 'Plan of the workspace.' }),
    role: t.expose('role', { type: ViewerRoleType, description: 'Role of the viewer in that workspace.' }),
    isCurrent: t.boolean({
      description: 'True for the workspace that this request acts in.',
      resolve: ({ workspaceId }, _args, { viewer }) => workspaceId === viewer.workspaceId,
    }),
  }),
})

const ViewerType = builder.node(builder.objectRef<Viewer>('Viewer'), {
  description: 'The user who sent the request, in the workspace that the request acts in.',
  id: { resolve: viewerId },
  loadOne: (id, { viewer }) => (id === viewerId(viewer) ? viewer : null),
  fields: (t) => ({
    role: t.expose('role', { type: ViewerRoleType, description: 'Role of the user in this workspace.' }),
    scopes: t.field({
      type: [TokenScopeEnum],
      description:
        'Scopes of the API token of the request, or all scopes with other credentials. The viewer may do what both role and scopes allow.',
      resolve: ({ scopes }) => [...(scopes ?? Object.values(TokenScope))],
    }),
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
    workspaces: t.field({
      type: [ViewerWorkspace],
      description:
        'Workspaces that the user may act in, oldest first. A JSON Web Token chooses one with the header x-workspace-id; an API token acts in its own only.',
      resolve: ({ userId }, _args, { database }) => findWorkspaces(database, userId),
    }),
    apiTokens: t.prismaField({
      type: [ApiToken],
      description: "The viewer's own tokens in this workspace, oldest first, including revoked and expired ones.",
      resolve: (query, { userId, workspaceId }, _args, { database }) =>
        database.prisma.apiToken.findMany({ ...query, where: { userId, workspaceId }, orderBy: { id: 'asc' } }),
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
