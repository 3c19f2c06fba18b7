import { findPhoneRegion } from '../../contacts/contact-handles.ts'
import type { ContactFilterContext } from '../../search/contact-filter.ts'
import type { GraphQLContext } from '../context.ts'

/** Reads what a filter needs to know about the workspace. Reads nothing if there is no filter. */
export async function filterContext(
  { database, reads, viewer: { workspaceId } }: GraphQLContext,
  filter: object | null | undefined,
): Promise<ContactFilterContext> {
  if (filter == null) return { contact: [], account: [], phoneRegion: 'US' }
  const [fields, phoneRegion] = await Promise.all([
    reads.customFields(workspaceId),
    findPhoneRegion(database.pool, workspaceId),
  ])
  return {
    contact: fields.filter(({ objectType }) => objectType === 'CONTACT'),
    account: fields.filter(({ objectType }) => objectType === 'ACCOUNT'),
    phoneRegion,
  }
}
