import type { Viewer } from '../auth/viewer.ts'
import { visibleTo } from '../contacts/visible-contacts.ts'
import { type AccountFilter, accountCondition, type FilterFields } from './account-filter.ts'
import { type ContactFilter, type ContactFilterContext, contactCondition } from './contact-filter.ts'
import { FilterReader } from './filter-reader.ts'
import type { Selection } from './find-page.ts'

/** Selects the contacts that the viewer can see (B7, B8) and that match the filter. Throws InvalidInputError. */
export function selectContacts(viewer: Viewer, filter: ContactFilter, context: ContactFilterContext): Selection {
  const reader = new FilterReader(viewer.workspaceId)
  const visible = `contact.workspace_id = ${reader.value(viewer.workspaceId)}
    AND ${visibleTo(reader.value(viewer.userId))}`
  const wanted = contactCondition(reader, ['filter'], filter, context)
  reader.requireNone()
  return { table: 'contact', condition: `${visible} AND (${wanted})`, values: reader.values }
}

/** Selects the workspace's accounts that match the filter. Throws InvalidInputError. */
export function selectAccounts(viewer: Viewer, filter: AccountFilter, fields: FilterFields): Selection {
  const reader = new FilterReader(viewer.workspaceId)
  const mine = `account.workspace_id = ${reader.value(viewer.workspaceId)}`
  const wanted = accountCondition(reader, ['filter'], filter, fields)
  reader.requireNone()
  return { table: 'account', condition: `${mine} AND (${wanted})`, values: reader.values }
}
