import type { Finding } from './rules.ts'

/** What a rule means for a record, in a sentence or two. */
export function reasons({ rule, outcome, recordId, taken }: Finding): string {
  const stays = recordId === null ? 'No record is created.' : 'The linked record does not change.'
  switch (rule) {
    case 'LINKED_ALREADY':
      return outcome === 'unchanged'
        ? 'Rule 1: a record is linked to it and already has its values.'
        : 'Rule 1: a record is linked to it and gets its values.'
    case 'MATCHED_BY_HANDLE':
      return 'Rule 2a: an unlinked record shares a handle with it. That record gets linked to it and gets its values.'
    case 'HANDLE_TAKEN':
      return `${recordId === null ? 'Rule 2b: ' : ''}${taken?.handle.value} belongs to another record. ${stays}`
    case 'NEW':
      return 'Rule 3: no record shares a handle with it. A new record is created and linked to it.'
    case 'MISSING_HANDLE':
      return `It has no value in any of the mapped email and phone properties. ${stays}`
    case 'ACCOUNT_NOT_SYNCED':
      return `None of its companies is synced, because each has an error. ${stays}`
    case 'LIMIT_EXCEEDED':
      return `The workspace has reached its limit of synced contacts. ${stays}`
    case 'EXCLUDED':
      return `An admin excluded it from the sync. ${stays}`
    case 'OUT_OF_SCOPE':
      return `It is not in the selected list, or belongs to no synced company. ${stays}`
    case 'NOT_IN_HUBSPOT':
      return `HubSpot has no such record, or the record was deleted. ${stays}`
    case 'UNREADABLE':
      return `HubSpot's answer about it cannot be read. ${stays}`
  }
}
