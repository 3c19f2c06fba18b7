import { type AuditAction, auditActions } from '../audit/audit-actions.ts'
import { builder } from './builder.ts'
import { connectionQuery } from './support/connection-query.ts'
import { anyRowId, encodeGlobalId, inputRowId } from './support/global-ids.ts'
import { keysetConnection } from './support/keyset-connection.ts'
import { User } from './user.ts'

const AuditActionEnum = builder.enumType('AuditAction', {
  description: 'An act in the audit log.',
  values: Object.fromEntries(
    Object.entries(auditActions).map(([name, description]) => [name, { description }]),
  ) as Record<AuditAction, { description: string }>,
})

const AuditOutcomeEnum = builder.enumType('AuditOutcome', {
  description: 'Whether an act was done.',
  values: {
    DONE: { description: 'The act was done.' },
    UNKNOWN: {
      description:
        'The act is in progress, or it was interrupted, for example because a process died. It may have been done.',
    },
  },
} as const)

const AuditDetail = builder.objectRef<{ readonly name: string; readonly value: string }>('AuditDetail').implement({
  description: 'A detail of an act, such as the new role of a member.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'Name of the detail. The description of the action names its details.',
    }),
    value: t.exposeString('value', { description: 'Value of the detail.' }),
  }),
})

export const AuditEntry = builder.prismaNode('AuditEntry', {
  description: 'An act of a user or of the operator. Acts that failed are not in the log. Entries are kept for a year.',
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { viewer: { workspaceId } }) => ({ id, workspaceId }),
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Time at which the act began.' }),
    action: t.field({
      type: AuditActionEnum,
      description: 'What was done.',
      resolve: ({ action }) => action as AuditAction,
    }),
    outcome: t.field({
      type: AuditOutcomeEnum,
      description: 'Whether it was done.',
      resolve: ({ isDone }) => (isDone ? 'DONE' : 'UNKNOWN'),
    }),
    user: t.relation('user', {
      type: User,
      nullable: true,
      description: 'User who did it. Null for the operator.',
    }),
    tokenId: t.id({
      nullable: true,
      description: 'Global id of the API token of the request. Null with other credentials.',
      resolve: ({ tokenId }) => (tokenId === null ? null : encodeGlobalId('ApiToken', tokenId)),
    }),
    tokenName: t.exposeString('tokenName', {
      nullable: true,
      description: 'Name of the API token of the request. Null with other credentials.',
    }),
    subjectId: t.id({
      nullable: true,
      description: 'Global id of what was changed. Null if that has no id. The object may no longer exist.',
      resolve: ({ subjectType, subjectId }) =>
        subjectType === null || subjectId === null ? null : encodeGlobalId(subjectType, subjectId),
    }),
    subjectLabel: t.exposeString('subjectLabel', {
      description:
        'Name of a custom field or token, or address or name of a member, at the time of the act. Empty for anything else.',
    }),
    details: t.field({
      type: [AuditDetail],
      description: 'Details of the act.',
      resolve: ({ details }) =>
        Object.entries(details as Record<string, string>).map(([name, value]) => ({ name, value })),
    }),
  }),
})

const AuditLogConnection = builder.connectionObject(
  { type: AuditEntry, name: 'AuditEntryConnection' },
  { name: 'AuditEntryEdge' },
)

const AuditLogFilter = builder.inputType('AuditLogFilter', {
  description: 'Filters audit entries. Omit a field to leave it open.',
  fields: (t) => ({
    actions: t.field({ type: [AuditActionEnum], description: 'Entries with one of these actions.' }),
    userId: t.globalID({ description: 'Entries of the user with this global id.' }),
    subjectId: t.globalID({ description: 'Entries about the object with this global id.' }),
    from: t.field({ type: 'DateTime', description: 'Entries at this time or later.' }),
    until: t.field({ type: 'DateTime', description: 'Entries before this time.' }),
  }),
})

builder.queryField('auditLog', (t) =>
  t.connection(
    {
      type: AuditEntry,
      nullable: true,
      description: 'What users and the operator did in this workspace during the last year, newest first. For admins.',
      args: { filter: t.arg({ type: AuditLogFilter }) },
      resolve: (_root, { filter, ...args }, context, info) => {
        const { workspaceId } = context.viewer
        const where = {
          workspaceId,
          action: filter?.actions == null ? undefined : { in: filter.actions },
          userId: inputRowId(filter?.userId, 'User', ['filter', 'userId']) ?? undefined,
          ...(filter?.subjectId != null && {
            subjectType: filter.subjectId.typename,
            subjectId: anyRowId(filter.subjectId, ['filter', 'subjectId']),
          }),
          at: { gte: filter?.from ?? undefined, lt: filter?.until ?? undefined },
        }
        const query = connectionQuery(context, info, 'AuditEntry')
        return keysetConnection(args, {
          descending: true,
          find: (page) =>
            context.database.prisma.auditEntry.findMany({ ...query, ...page, where: { ...where, ...page.where } }),
          count: () => context.database.prisma.auditEntry.count({ where }),
        })
      },
    },
    AuditLogConnection,
  ),
)
