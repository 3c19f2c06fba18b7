import { LinkTable } from '../records/link-table.ts'
import type { RecordStore } from '../records/record-store.ts'
import { lockAccounts } from './account-lock.ts'
import { loadAccounts } from './load-accounts.ts'
import { writeAccounts } from './write-accounts.ts'

/** Accounts, which are found by their domains as contacts are by their handles (B65). */
export const accountStore: RecordStore = {
  objectType: 'ACCOUNT',
  links: new LinkTable({
    table: 'account_link',
    record: 'account',
    recordId: 'account_id',
    isCoveringRun: `(object_type = 'ACCOUNT' OR with_accounts)`,
  }),
  lock: lockAccounts,
  load: loadAccounts,
  write: writeAccounts,
}
