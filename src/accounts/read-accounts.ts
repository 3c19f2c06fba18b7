import type { Queryable } from '../database/database.ts'
import { KeptStatements } from '../records/kept-statements.ts'
import { type AccountParts, type AccountRow, readAccount } from '../records/record-columns.ts'
import { type Read, SelectList } from '../records/select-list.ts'

/** The keys to find accounts by. A domain is in its normal form. */
export interface AccountKeys {
  readonly by: 'id' | 'externalId' | 'domain'
  readonly values: readonly string[]
}

/**
 * Reads the accounts of a workspace with these keys, with the requested parts, in one statement. The order is undefined. Its
 * plan does not depend on how full the tables were when it was made, for the reason given at `readContacts`.
 */
export function readAccounts(
  queryable: Queryable,
  workspaceId: string,
  { by, values }: AccountKeys,
  parts: AccountParts,
): Promise<AccountRow[]> {
  return statements.run(queryable, JSON.stringify([by, parts]), [workspaceId, values], () => statementOf(by, parts))
}

const statements = new KeptStatements<AccountRow>()

const withId = (id: string) =>
  `CROSS JOIN LATERAL (SELECT * FROM account WHERE id >= ${id} ORDER BY id LIMIT 1) AS account`

/** By key: the FROM clause, and the condition that a row has exactly the key. */
const sources = {
  id: {
    from: `unnest($2::uuid[]) AS wanted (id) ${withId('wanted.id')}`,
    condition: 'account.id = wanted.id',
  },
  externalId: {
    from: `unnest($2::text[]) AS wanted (id)
      CROSS JOIN LATERAL (SELECT * FROM account WHERE workspace_id = $1 AND external_id >= wanted.id
        ORDER BY workspace_id, external_id LIMIT 1) AS account`,
    condition: 'account.external_id = wanted.id',
  },
  domain: {
    from: `unnest($2::text[]) AS wanted (domain)
      CROSS JOIN LATERAL (SELECT account_id, domain FROM account_domain
        WHERE workspace_id = $1 AND domain >= wanted.domain ORDER BY workspace_id, domain LIMIT 1) AS held
      ${withId('held.account_id')}`,
    condition: 'held.domain = wanted.domain AND account.id = held.account_id',
  },
}

function statementOf(by: AccountKeys['by'], parts: AccountParts) {
  const list = new SelectList()
  const joins: string[] = []
  const toRow = readAccount(list, joins, parts, 'account') as Read<AccountRow>
  const { from, condition } = sources[by]
  const text = `SELECT ${list.text} FROM ${from} ${joins.join('\n')}
    WHERE ${condition} AND account.workspace_id = $1`
  return { text, toRow }
}
