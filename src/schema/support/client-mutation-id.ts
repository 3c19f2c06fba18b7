import type { Viewer } from '../../auth/viewer.ts'
import { type KeepResult, oncePerKey } from '../../database/once-per-key.ts'
import { NotFoundError } from '../../user-errors.ts'
import type { GraphQLContext } from '../context.ts'

/** Options of the argument that lets a client repeat a call safely (see `oncePerKey`). */
export const repeatable = {
  description:
    'Key that makes the call safe to repeat. A call with the same key within 24 hours returns the first result.',
} as const

/** Options of the same argument of a mutation that creates a record. */
export const repeatableByUser = {
  description:
    'Key that makes the call safe to repeat. A call of the same user with the same key within 24 hours returns what the first call created.',
} as const

type Find<Row> = (id: string, viewer: Viewer) => Promise<Row | null>

/**
 * Creates a record once per user and key, and returns what `find` reads of it. The key belongs to the user, since the
 * first result may be visible to that user only. Throws NotFoundError if the record was deleted in the meantime.
 */
export async function createOnce<Row>(
  { sync, viewer }: Pick<GraphQLContext, 'sync' | 'viewer'>,
  { mutation, key }: { readonly mutation: string; readonly key: string | null | undefined },
  create: (keep: KeepResult) => Promise<string>,
  find: Find<Row>,
): Promise<Row> {
  const { workspaceId, userId } = viewer
  const ofUser = key == null ? null : `${userId} ${key}`
  const found = await find(await oncePerKey(sync, { workspaceId, mutation, key: ofUser }, create), viewer)
  if (found === null) throw new NotFoundError('What the first call with this clientMutationId created was deleted.')
  return found
}
