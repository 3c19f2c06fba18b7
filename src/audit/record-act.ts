import type { Logger } from 'pino'
import type { Viewer } from '../auth/viewer.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { orBusy } from '../database/or-busy.ts'
import { UserError } from '../user-errors.ts'
import type { AuditAction } from './audit-actions.ts'
import { labelOf, type Subject } from './label-of.ts'

/** Texts by name. Never values of contacts. */
export type Details = Readonly<Record<string, string>>

export interface Act {
  readonly workspaceId: string
  readonly action: AuditAction
  /** Null for the operator. */
  readonly viewer: Pick<Viewer, 'userId' | 'token'> | null
  /** What the act changes, if that is known beforehand. */
  readonly subject?: Subject | null
  readonly details?: Details
}

/** What only the result of an act tells. */
export interface Finding {
  readonly subject?: Subject | null
  readonly details?: Details
  /**
   * True if the act happens once per subject and details. If it is already in the log, the call was a repetition.
   */
  readonly isOnce?: boolean
}

interface AuditContext {
  readonly database: Database
  readonly log: Logger
}

/**
 * Does `work` and puts it in the audit log. The entry is written first, and confirmed once the work is done, so a process
 * that dies in between leaves an entry whose outcome is unknown, and no act is missing. A {@link UserError} means that
 * nothing was done, and removes the entry. After any other error, the outcome is unknown. `find` returns null if the result
 * shows that nothing was done.
 */
export async function recordAct<T>(
  context: AuditContext,
  act: Act,
  work: () => Promise<T>,
  find: (result: T) => Promise<Finding | null> = async () => ({}),
): Promise<T> {
  const id = await begin(context, act)
  let result: T
  try {
    result = await work()
  } catch (error) {
    if (orBusy(error) instanceof UserError) await withdraw(context, id, act)
    throw error
  }
  try {
    const finding = await find(result)
    if (finding === null || (finding.isOnce && (await isKnown(context, act, finding)))) await withdraw(context, id, act)
    else await confirm(context, id, act, finding)
  } catch (error) {
    // The act is done, and the caller must learn that.
    context.log.error({ err: error, auditEntry: id }, 'an entry of the audit log could not be confirmed')
  }
  return result
}

/** Puts an act that is done in the audit log. For the operator's commands. */
export async function noteAct(
  { prisma }: Database,
  { viewer, subject = null, details = {}, ...act }: Act,
): Promise<void> {
  await prisma.auditEntry.create({
    data: {
      ...columnsOf({ ...act, viewer }),
      isDone: true,
      subjectType: subject?.type,
      subjectId: subject?.id,
      subjectLabel: await labelOf(prisma, act.workspaceId, subject),
      details,
    },
  })
}

async function begin({ database: { prisma } }: AuditContext, act: Act): Promise<string> {
  const { workspaceId, subject = null, details = {} } = act
  const { id } = await prisma.auditEntry.create({
    data: {
      ...columnsOf(act),
      isDone: false,
      subjectType: subject?.type,
      subjectId: subject?.id,
      subjectLabel: await labelOf(prisma, workspaceId, subject),
      details,
    },
    select: { id: true },
  })
  return id
}

function columnsOf({ workspaceId, action, viewer }: Act) {
  return {
    id: newId(),
    workspaceId,
    at: new Date(),
    action,
    userId: viewer?.userId,
    tokenId: viewer?.token?.id,
    tokenName: viewer?.token?.name,
  }
}

async function confirm(
  { database: { prisma } }: AuditContext,
  id: string,
  act: Act,
  { subject, details }: Finding,
): Promise<void> {
  const { workspaceId } = act
  await prisma.auditEntry.update({
    where: { id, workspaceId },
    data: {
      isDone: true,
      details: { ...act.details, ...details },
      ...(subject && {
        subjectType: subject.type,
        subjectId: subject.id,
        subjectLabel: await labelOf(prisma, workspaceId, subject),
      }),
    },
  })
}

/** If this fails, the entry stays with an unknown outcome. */
async function withdraw({ database: { prisma }, log }: AuditContext, id: string, { workspaceId }: Act): Promise<void> {
  await prisma.auditEntry.deleteMany({ where: { id, workspaceId } }).catch((error: unknown) => {
    log.error({ err: error, auditEntry: id }, 'an entry of the audit log could not be withdrawn')
  })
}

async function isKnown(
  { database: { prisma } }: AuditContext,
  act: Act,
  { subject, details }: Finding,
): Promise<boolean> {
  const { workspaceId, action } = act
  const same = { workspaceId, action, isDone: true, subjectId: (subject ?? act.subject)?.id ?? null }
  return (
    (await prisma.auditEntry.count({ where: { ...same, details: { equals: { ...act.details, ...details } } } })) > 0
  )
}
