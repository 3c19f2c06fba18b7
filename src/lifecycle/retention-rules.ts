import { deletionsKeptDays } from '../contacts/change-position.ts'
import { keysKeptDays } from '../database/once-per-key.ts'
import { completedStatuses, sqlListOf } from '../sync/runs/run-states.ts'

/** How long rows of a table are kept. */
export interface RetentionRule {
  readonly table: string
  /** Columns of the primary key. */
  readonly key: string
  /** The rows, in words. */
  readonly rows: string
  /** Days for which a row is kept, from the time in `since` on. 0 if only the condition decides. */
  readonly keptDays: number
  readonly since: string
  /** SQL condition for rows that are no longer needed. $1 is the time before which they are too old. */
  readonly isOld: string
  /** Rows per statement. Less than the default if others go with each row. */
  readonly atOnce?: number
}

const ofEndedRun = (table: string) => `EXISTS (
  SELECT FROM sync_run WHERE sync_run.id = ${table}.run_id AND sync_run.finished_at < $1)`

const completed = sqlListOf(completedStatuses)

/** Open errors name the run that saw them last, and their run tells whether a full run has looked since. */
const noOpenErrors = `NOT EXISTS (
  SELECT FROM sync_error WHERE sync_error.last_run_id = sync_run.id AND sync_error.status = 'OPEN')`

/**
 * A later run has taken its place: the last full run decides whether one is owed after a log-in, and the last completed one
 * for each type of record says when the records were last synced.
 */
const isSuperseded = `EXISTS (
  SELECT FROM sync_run AS later
  WHERE later.workspace_id = sync_run.workspace_id AND later.scope = 'ALL' AND later.finished_at IS NOT NULL
    AND later.created_at > sync_run.created_at AND later.object_type = sync_run.object_type
    AND later.with_accounts >= sync_run.with_accounts
    AND (later.status IN (${completed}) OR sync_run.status NOT IN (${completed})))`

const runs = { table: 'sync_run', key: 'id', since: 'its end', atOnce: 100 } as const

/** Everything that grows without an end, and what ends it. Workers apply the rules with `forgetOldRows`, in this order. */
export const retentionRules: readonly RetentionRule[] = [
  ...(['sync_run_member', 'sync_run_left_out', 'sync_run_departure'] as const).map((table) => ({
    table,
    key: table === 'sync_run_departure' ? 'run_id, object_type, hubspot_id' : 'run_id, hubspot_id',
    rows: 'records of a run that was cancelled or failed (a completed run deletes its own)',
    keptDays: 1,
    since: 'the end of the run',
    isOld: ofEndedRun(table),
  })),
  {
    ...runs,
    rows: "runs without errors that HubSpot's events started",
    keptDays: 1,
    isOld: `finished_at < $1 AND scope = 'RECORDS' AND trigger = 'WEBHOOK' AND status = 'COMPLETED' AND ${noOpenErrors}`,
  },
  {
    ...runs,
    rows: 'previews, with the samples in them',
    keptDays: 7,
    isOld: `finished_at < $1 AND scope = 'PREVIEW'`,
  },
  {
    ...runs,
    rows: 'other runs over single records, unless an open error was last seen by it',
    keptDays: 30,
    isOld: `finished_at < $1 AND scope = 'RECORDS' AND ${noOpenErrors}`,
  },
  {
    ...runs,
    rows: 'full runs, except the latest one of each kind that completed, the latest one at all, and those by which an open error was last seen',
    keptDays: 90,
    isOld: `finished_at < $1 AND scope = 'ALL' AND ${isSuperseded} AND ${noOpenErrors}`,
  },
  {
    table: 'run_mail',
    key: 'run_id, kind',
    rows: 'emails about runs that were sent or given up',
    keptDays: 30,
    since: 'then',
    isOld: 'settled_at < $1',
  },
  {
    table: 'sync_error',
    key: 'id',
    rows: 'resolved errors',
    keptDays: 90,
    since: 'the resolution',
    isOld: `resolved_at < $1 AND status = 'RESOLVED'`,
  },
  {
    table: 'hubspot_change',
    key: 'workspace_id, object_type, hubspot_id, kind',
    rows: 'reported changes that no run has taken up, for example because the sync is paused. The next full run reads the records anyway',
    keptDays: 30,
    since: 'the last report',
    isOld: `last_seen_at < $1 AND kind = 'CHANGED' AND claim IS NULL`,
  },
  {
    table: 'contact_deletion',
    key: 'workspace_id, deleted_at, contact_id',
    rows: 'traces of deleted contacts, for subscribers who were away',
    // A day more than a subscriber may be away.
    keptDays: deletionsKeptDays + 1,
    since: 'the deletion',
    isOld: 'deleted_at < $1',
  },
  {
    table: 'mutation_result',
    key: 'workspace_id, mutation, key',
    rows: 'results of mutations with a `clientMutationId`',
    keptDays: keysKeptDays,
    since: 'the first call',
    isOld: 'created_at < $1',
  },
  {
    table: 'oauth_state',
    key: 'state_hash',
    rows: 'log-ins to HubSpot that nobody finished',
    keptDays: 1,
    since: 'their expiry',
    isOld: 'expires_at < $1',
  },
  {
    table: 'api_token',
    key: 'id',
    rows: 'revoked and expired API tokens. The audit log keeps their names',
    keptDays: 90,
    since: 'then',
    isOld: 'least(revoked_at, expires_at) < $1',
  },
  {
    table: 'audit_entry',
    key: 'id',
    rows: 'entries of the audit log',
    keptDays: 365,
    since: 'the act',
    isOld: 'at < $1',
  },
  {
    table: 'hubspot_budget',
    key: 'portal_id',
    rows: 'limits of portals that are no longer asked',
    keptDays: 90,
    since: 'the last answer',
    isOld: 'seen_at < $1',
  },
  {
    table: 'hubspot_journal_subscription',
    key: 'app_id, portal_id, subscription_key',
    rows: "subscriptions of a portal to HubSpot's journal",
    keptDays: 0,
    since: 'the time at which no workspace has the portal',
    isOld: `$1::timestamptz IS NOT NULL AND NOT EXISTS (
      SELECT FROM hubspot_connection connection WHERE connection.portal_id = hubspot_journal_subscription.portal_id)`,
  },
]

/** Tables without a rule, and why they do not grow without an end. */
export const keptWithOwner: Readonly<Record<string, string>> = {
  organization: 'Goes with its last workspace.',
  workspace: 'Until `delete-workspace`.',
  app_user:
    'Goes with the last workspace of the user. A removed member stays, since runs and the audit log name users.',
  membership: 'One row per member of a workspace.',
  contact: 'The store. Users delete contacts; the sync never does.',
  contact_handle: 'Goes with its contact.',
  contact_link: 'Goes with its contact.',
  account: 'The store. Users delete accounts; the sync never does.',
  account_domain: 'Goes with its account.',
  account_link: 'Goes with its account.',
  custom_field: 'Until an admin deletes it.',
  field_mapping: 'One row per mapped property.',
  sync_settings: 'One row per workspace.',
  hubspot_connection: 'One row per workspace.',
  hubspot_freshness: 'One row per workspace.',
  hubspot_alias: 'Old links and events name the merged ids for as long as the workspace lives.',
  hubspot_exclusion: 'An excluded record must stay excluded, also for privacy (B61).',
  hubspot_journal: 'One row per app.',
}
