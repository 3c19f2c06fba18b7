import type { Finding } from './rules.ts'

/** What a rule comes to for a record, in a sentence or two. */
export function reasons({ rule, outcome, recordId, taken }: Finding): string {
  const stays = recordId === null ? 'Nothing is created.' : 'What is linked to it stays as it is.'
  switch (rule) {
    case 'LINKED_ALREADY':
      return outcome === 'unchanged'
        ? 'Rule 1: it is linked, and the linked record holds its values already.'
        : 'Rule 1: it is linked, and the linked record takes its values.'
    case 'MATCHED_BY_HANDLE':
      return 'Rule 2a: a record that is not linked has one of its handles. That one is linked to it and takes its values.'
    case 'HANDLE_TAKEN':
      return `${recordId === null ? 'Rule 2b: ' : ''}${taken?.handle.value} belongs to somebody else. ${stays}`
    case 'NEW':
      return 'Rule 3: no record has one of its handles. One is created and linked to it.'
    case 'MISSING_HANDLE':
      return `It has no value in any of the mapped email and phone properties. ${stays}`
    case 'ACCOUNT_NOT_SYNCED':
      return `None of its companies is synced: each has an error of its own. ${stays}`
    case 'LIMIT_EXCEEDED':
      return `The workspace holds as many synced contacts as it may. ${stays}`
    case 'EXCLUDED':
      return `An admin told the sync to leave it alone. ${stays}`
    case 'OUT_OF_SCOPE':
      return `It is not in the chosen list, or belongs to no synced company. ${stays}`
    case 'NOT_IN_HUBSPOT':
      return `HubSpot has no such record, or it was deleted. ${stays}`
    case 'UNREADABLE':
      return `HubSpot sends it in a way that cannot be read. ${stays}`
  }
}
