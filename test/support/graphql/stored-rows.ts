import { v7 as uuidv7 } from 'uuid'
import type { Prisma, SyncError, SyncRun } from '../../../src/generated/prisma/client.ts'
import type { TestDatabase } from '../test-database.ts'

interface ContactOptions {
  readonly name?: string
  /** Links the contact to this HubSpot contact. */
  readonly hubspotId?: bigint
  readonly email?: string
  readonly privateOwnerId?: string
  readonly link?: Partial<Prisma.ContactLinkUncheckedCreateInput>
  readonly customFields?: Prisma.InputJsonObject
}

/** Stores a contact as the sync, or a teammate, would. Returns its id. */
export async function storeContact(
  { prisma }: TestDatabase,
  workspaceId: string,
  { name = 'Ada', hubspotId, email, privateOwnerId, link, customFields }: ContactOptions = {},
): Promise<string> {
  const id = uuidv7()
  const isPrivate = privateOwnerId !== undefined
  const externalId = hubspotId === undefined ? undefined : String(hubspotId)
  await prisma.contact.create({ data: { id, workspaceId, name, externalId, privateOwnerId, customFields } })
  if (email !== undefined) {
    await prisma.contactHandle.create({
      data: { workspaceId, contactId: id, source: 'EMAIL', value: email, isPrivate },
    })
  }
  if (hubspotId !== undefined) {
    const syncedAt = new Date('2026-11-20T10:00:00Z')
    await prisma.contactLink.create({ data: { workspaceId, hubspotId, contactId: id, syncedAt, ...link } })
  }
  return id
}

/** Stores a run of the workspace. Default: queued. */
export async function storeRun(
  { prisma }: TestDatabase,
  workspaceId: string,
  data: Partial<Prisma.SyncRunUncheckedCreateInput> = {},
): Promise<SyncRun> {
  const run = { id: uuidv7(), workspaceId, objectType: 'CONTACT', trigger: 'MANUAL', settingsVersion: 1 } as const
  return prisma.syncRun.create({ data: { ...run, settings: {}, ...data } })
}

/** An open error about one HubSpot contact. */
export async function storeError(
  { prisma }: TestDatabase,
  workspaceId: string,
  data: Partial<Prisma.SyncErrorUncheckedCreateInput> = {},
): Promise<SyncError> {
  const seenAt = new Date('2026-11-20T10:00:00Z')
  const runId = uuidv7()
  return prisma.syncError.create({
    data: {
      id: uuidv7(),
      workspaceId,
      objectType: 'CONTACT',
      hubspotId: 1001n,
      type: 'MISSING_HANDLE',
      message: 'There is neither an email nor a phone.',
      firstRunId: runId,
      lastRunId: runId,
      firstSeenAt: seenAt,
      lastSeenAt: seenAt,
      ...data,
    },
  })
}

/** The global id of a row, as the API returns it. */
export function globalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64')
}
