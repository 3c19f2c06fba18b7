import { findAdmin } from '../../auth/find-admin.ts'
import type { RunMailKind } from '../../generated/prisma/enums.ts'
import { hubspotRecordUrl } from '../../hubspot/record-url.ts'
import { type Mailer, MailRefusedError } from '../../mail/mailer.ts'
import { progressOf } from '../runs/progress.ts'
import type { SyncContext } from '../sync-context.ts'
import { composeRunMail } from './compose-run-mail.ts'
import { digestSchema } from './note-run-mail.ts'

export interface MailContext extends Pick<SyncContext, 'database' | 'now' | 'log'> {
  /** Null if no emails are sent. */
  readonly mailer: Mailer | null
  /** URL of the page with the sync's settings and errors. */
  readonly settingsUrl: string
}

const MINUTE = 60_000
/** Longer than a mailer may take, so that nobody else sends the same email in the meantime. */
const claimMs = 3 * MINUTE
const longestBackoffMs = 60 * MINUTE
/** After this time, the news is too old to send. */
const keepTryingMs = 72 * 60 * MINUTE

interface Claim {
  readonly runId: string
  readonly kind: RunMailKind
  readonly workspaceId: string
  readonly attempts: number
  readonly createdAt: Date
  readonly digest: unknown
}

/**
 * Sends the due emails about runs, each from one process (B55). If one fails, it is tried again later and does not
 * delay the others. If a process dies before it can record that an email was sent, the email is sent again as the same
 * message.
 */
export async function sendRunMails(context: MailContext, stop?: AbortSignal): Promise<void> {
  if (context.mailer === null) return dropAll(context)
  while (!stop?.aborted) {
    const claim = await claimNext(context)
    if (claim === null) return
    await sendOne(context, context.mailer, claim)
  }
}

async function sendOne(context: MailContext, mailer: Mailer, claim: Claim): Promise<void> {
  const { runId, kind } = claim
  try {
    const mail = await compose(context, claim)
    if (mail === null) return await settle(context, claim, 'DROPPED', 'the recipient no longer has access')
    await mailer.send(mail)
    await settle(context, claim, 'SENT', null)
    context.log.info({ runId, kind }, 'the mail about a run was sent')
  } catch (error) {
    const isOld = context.now().getTime() - claim.createdAt.getTime() > keepTryingMs
    context.log.warn({ err: error, runId, kind, attempt: claim.attempts }, 'the mail about a run was not sent')
    if (error instanceof MailRefusedError || isOld) await settle(context, claim, 'DROPPED', String(error))
    else await tryAgainLater(context, claim, String(error))
  }
}

/** Null if there is no recipient. */
async function compose(
  { database: { prisma }, settingsUrl }: MailContext,
  { runId, kind, workspaceId, digest }: Claim,
) {
  const [run, workspace] = await Promise.all([
    prisma.syncRun.findUniqueOrThrow({ where: { id: runId, workspaceId } }),
    prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId }, include: { connection: true, settings: true } }),
  ])
  // The email about a run that nobody started goes to whoever last started or edited the sync (B55).
  const userId = run.triggeredById ?? workspace.settings?.lastTouchedById
  const user = userId == null ? null : await findAdmin(prisma, workspaceId, userId)
  // A machine user has no address.
  if (user === null || user.email === null) return null
  const content = composeRunMail({
    kind,
    workspaceName: workspace.name,
    trigger: run.trigger,
    startedAt: run.startedAt ?? run.createdAt,
    processed: progressOf(run).processed,
    failureType: kind === 'ENDED' ? run.failureType : null,
    digest: digestSchema.parse(digest),
    settingsUrl,
    recordUrl: (objectType, hubspotId) => hubspotRecordUrl(workspace.connection, objectType, hubspotId),
  })
  return { ...content, to: { name: user.name, address: user.email }, id: `run-${kind.toLowerCase()}-${runId}` }
}

async function claimNext({ database, now }: MailContext): Promise<Claim | null> {
  const at = now()
  const { rows } = await database.pool.query<Claim>(
    `UPDATE run_mail SET attempts = attempts + 1, next_attempt_at = $2
     WHERE (run_id, kind) = (
       SELECT run_id, kind FROM run_mail WHERE status = 'PENDING' AND next_attempt_at <= $1
       ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING run_id AS "runId", kind, workspace_id AS "workspaceId", attempts, created_at AS "createdAt", digest`,
    [at, new Date(at.getTime() + claimMs)],
  )
  return rows[0] ?? null
}

async function settle({ database, now }: MailContext, claim: Claim, status: 'SENT' | 'DROPPED', note: string | null) {
  await database.pool.query(
    `UPDATE run_mail SET status = $4, note = $5, settled_at = $6
     WHERE run_id = $1 AND kind = $2 AND workspace_id = $3 AND status = 'PENDING'`,
    [claim.runId, claim.kind, claim.workspaceId, status, note, now()],
  )
}

async function tryAgainLater({ database, now }: MailContext, claim: Claim, note: string) {
  const waitMs = Math.min((MINUTE / 2) * 2 ** (claim.attempts - 1), longestBackoffMs)
  await database.pool.query(
    `UPDATE run_mail SET next_attempt_at = $4, note = $5
     WHERE run_id = $1 AND kind = $2 AND workspace_id = $3 AND status = 'PENDING'`,
    [claim.runId, claim.kind, claim.workspaceId, new Date(now().getTime() + waitMs), note],
  )
}

/** Otherwise they would all be sent on the day on which a mail server is configured. */
async function dropAll({ database, now }: MailContext): Promise<void> {
  await database.pool.query(
    `UPDATE run_mail SET status = 'DROPPED', note = 'SMTP_URL is not set', settled_at = $1 WHERE status = 'PENDING'`,
    [now()],
  )
}
