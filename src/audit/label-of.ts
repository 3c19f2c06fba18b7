import type { Prisma } from '../generated/prisma/client.ts'

/** What an act changed: a node, by the name of its type and its row id. */
export interface Subject {
  readonly type: string
  readonly id: string
}

/**
 * A name of the subject that stays readable when it is deleted. Empty for contacts and accounts, whose values do not belong in
 * the log, and for whatever has no name.
 */
export async function labelOf(
  prisma: Prisma.TransactionClient,
  workspaceId: string,
  subject: Subject | null,
): Promise<string> {
  if (subject === null) return ''
  const { type, id } = subject
  if (type === 'CustomField') {
    return (await prisma.customField.findFirst({ where: { id, workspaceId } }))?.name ?? ''
  }
  if (type === 'ApiToken') return (await prisma.apiToken.findFirst({ where: { id, workspaceId } }))?.name ?? ''
  if (type !== 'Member') return ''
  const user = await prisma.user.findFirst({
    where: { id, organization: { workspaces: { some: { id: workspaceId } } } },
  })
  return user?.email ?? user?.name ?? ''
}
