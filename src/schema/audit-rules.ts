import type { AuditAction } from '../audit/audit-actions.ts'
import type { Subject } from '../audit/label-of.ts'
import type { Finding } from '../audit/record-act.ts'
import type { GraphQLContext } from './context.ts'
import type { GlobalId } from './support/global-ids.ts'

/** How a mutation appears in the audit log. */
export interface AuditRule {
  readonly action: AuditAction
  /** What the act changes, as far as the arguments tell. */
  readonly before?: (args: Args, context: GraphQLContext) => Finding
  /** What only the result tells: `result` is what the resolver returned. Null if nothing was done. */
  readonly after?: (result: never, context: GraphQLContext, startedAt: Date) => Finding | null | Promise<Finding | null>
}

// Each rule knows the arguments of its own mutation.
// biome-ignore lint/suspicious/noExplicitAny: the arguments of all mutations share one type.
type Args = Record<string, any>

/** The resolver rejects an id that is not one of this API. Until then it must not get into the log. */
const withId = (type: string) => (args: Args) => {
  const { typename, id } = args.id as GlobalId
  return { subject: typename === '' ? null : { type, id } }
}
const ofWorkspace =
  (type: string) =>
  (_args: Args, { viewer }: GraphQLContext) => ({
    subject: { type, id: viewer.workspaceId },
  })
const subject = (type: string, id: string): { readonly subject: Subject } => ({ subject: { type, id } })
const newToken = ({ apiToken: { id, scopes } }: { apiToken: { id: string; scopes: readonly string[] } }) => ({
  ...subject('ApiToken', id),
  details: { scopes: scopes.join(', ') },
})

/** An act on the errors that match a filter, or on the links of a list. */
const manyErrors = (action: AuditAction): AuditRule => ({
  action,
  before: ({ filter = {} }, { viewer }) => ({
    ...subject('SyncSettings', viewer.workspaceId),
    details: Object.fromEntries(
      Object.entries(filter).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  }),
  after: ({ affected, runIds }: { affected: number; runIds: readonly string[] }): Finding | null => {
    if (affected === 0) return null
    const errors = String(affected)
    if (runIds.length === 0) return { details: { errors } }
    // A call that is repeated with its clientMutationId returns the runs of the first one.
    return { details: { errors, runIds: runIds.join(', ') }, isOnce: true }
  },
})

function exported(action: AuditAction): AuditRule {
  return {
    action,
    before: ({ format }, { viewer }) => ({ ...subject('Workspace', viewer.workspaceId), details: { format } }),
  }
}

const editsOfMembers = 'Every member may edit contacts and accounts. The log is about who administers the workspace.'

/**
 * Which mutations are in the audit log, and how. Each mutation needs a line: a rule, or why it is not in the log.
 * `test/audit/audit-rules.test.ts` names the missing ones. `audit-plugin.ts` applies the rules.
 */
export const auditRules: Readonly<Record<string, AuditRule | string>> = {
  connectHubSpot: 'It only starts a log-in; finishHubSpotLogin connects.',
  finishHubSpotLogin: {
    action: 'HUBSPOT_CONNECTED',
    before: ofWorkspace('HubSpotConnection'),
    after: ({ portalId }: { portalId: bigint }) => ({ details: { portalId: String(portalId) } }),
  },
  disconnectHubSpot: { action: 'HUBSPOT_DISCONNECTED', before: ofWorkspace('HubSpotConnection') },
  // The filter can contain personal data, so it is not in the log.
  exportContacts: exported('CONTACTS_EXPORTED'),
  exportSyncErrors: exported('ERRORS_EXPORTED'),
  updateSyncSettings: {
    action: 'SETTINGS_CHANGED',
    before: ({ input }, { viewer }) => ({
      ...subject('SyncSettings', viewer.workspaceId),
      details: { fields: Object.keys(input).join(', ') },
    }),
  },
  setFieldMappings: { action: 'MAPPINGS_CHANGED', before: ofWorkspace('SyncSettings') },
  createCustomField: { action: 'CUSTOM_FIELD_CREATED', after: ({ id }: { id: string }) => subject('CustomField', id) },
  updateCustomField: { action: 'CUSTOM_FIELD_CHANGED', before: withId('CustomField') },
  deleteCustomField: { action: 'CUSTOM_FIELD_DELETED', before: withId('CustomField') },
  startSync: {
    action: 'SYNC_STARTED',
    after: async (id: string, { database, viewer: { workspaceId, userId } }) => {
      // Otherwise it returned a run that was already in progress.
      const run = await database.prisma.syncRun.findUnique({ where: { id, workspaceId } })
      const isOwn = run?.trigger === 'MANUAL' && run.triggeredById === userId
      return isOwn ? { ...subject('SyncRun', id), isOnce: true } : null
    },
  },
  previewSync: 'A preview changes nothing.',
  pauseSync: { action: 'SYNC_PAUSED', before: ofWorkspace('SyncSettings') },
  resumeSync: {
    action: 'SYNC_RESUMED',
    before: ({ confirmDepartures }, { viewer }) => ({
      ...subject('SyncSettings', viewer.workspaceId),
      details: { confirmDepartures: String(confirmDepartures) },
    }),
  },
  cancelSyncRun: { action: 'SYNC_CANCELLED', before: withId('SyncRun') },
  retrySyncError: {
    action: 'ERROR_RETRIED',
    before: withId('SyncError'),
    after: ({ runId }: { runId: string }) => ({ details: { runId }, isOnce: true }),
  },
  linkSyncError: {
    action: 'ERROR_LINKED',
    before: withId('SyncError'),
    after: ({ runId }: { runId: string }) => ({ details: { runId }, isOnce: true }),
  },
  ignoreSyncError: { action: 'ERROR_IGNORED', before: withId('SyncError') },
  retrySyncErrors: manyErrors('ERRORS_RETRIED'),
  linkSyncErrors: manyErrors('ERRORS_LINKED'),
  ignoreSyncErrors: manyErrors('ERRORS_IGNORED'),
  eraseContact: {
    action: 'CONTACT_ERASED',
    after: ({ contactIds: [id], hubspotIds }: { contactIds: readonly string[]; hubspotIds: readonly bigint[] }) => ({
      subject: id === undefined ? null : { type: 'Contact', id },
      details: { externalIds: hubspotIds.join(', ') },
    }),
  },
  inviteMember: {
    action: 'MEMBER_INVITED',
    before: ({ role }) => ({ details: { role } }),
    after: ({ userId, isNew }: { userId: string; isNew: boolean }) => (isNew ? subject('Member', userId) : null),
  },
  createMachineUser: {
    action: 'MACHINE_USER_CREATED',
    before: ({ input: { role } }) => ({ details: { role } }),
    after: ({ userId, ...issued }: { userId: string; apiToken: { id: string; scopes: readonly string[] } }) => ({
      ...newToken(issued),
      ...subject('Member', userId),
    }),
  },
  setMemberRole: {
    action: 'MEMBER_ROLE_CHANGED',
    before: (args) => ({ ...withId('Member')(args), details: { role: args.role } }),
    after: ({ isNew }: { isNew: boolean }) => (isNew ? {} : null),
  },
  removeMember: { action: 'MEMBER_REMOVED', before: withId('Member') },
  createApiToken: { action: 'TOKEN_CREATED', after: newToken },
  createMachineToken: { action: 'TOKEN_CREATED', after: newToken },
  revokeApiToken: {
    action: 'TOKEN_REVOKED',
    before: withId('ApiToken'),
    after: ({ revokedAt }: { revokedAt: Date }, _context, startedAt) => (revokedAt >= startedAt ? {} : null),
  },
  createContact: editsOfMembers,
  upsertContact: editsOfMembers,
  mergeContacts: editsOfMembers,
  updateContact: editsOfMembers,
  deleteContact: editsOfMembers,
  addContactHandle: editsOfMembers,
  removeContactHandle: editsOfMembers,
  createAccount: editsOfMembers,
  updateAccount: editsOfMembers,
  deleteAccount: editsOfMembers,
}
