import type { Viewer } from '../../auth/viewer.ts'
import type { Contact, Prisma } from '../../generated/prisma/client.ts'

/** The workspace's shared contacts and the viewer's own private ones (B7, B8). */
export function visibleContacts({ workspaceId, userId }: Viewer) {
  return {
    workspaceId,
    OR: [{ privateOwnerId: null }, { privateOwnerId: userId }],
  } satisfies Prisma.ContactWhereInput
}

export function isVisible(viewer: Viewer, contact: Pick<Contact, 'workspaceId' | 'privateOwnerId'>): boolean {
  const { workspaceId, privateOwnerId } = contact
  return workspaceId === viewer.workspaceId && (privateOwnerId === null || privateOwnerId === viewer.userId)
}
