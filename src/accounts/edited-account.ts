import type { Viewer } from '../auth/viewer.ts'
import type { Queryable } from '../database/database.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import type { Tie } from '../records/refuse-owned-fields.ts'
import type { JsonValue } from '../records/stored-record.ts'
import { NotFoundError } from '../user-errors.ts'

interface HeldDomain {
  readonly domain: string
  readonly fromHubspot: boolean
}

/** An account as it is before it is changed by hand. */
export interface EditedAccount {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly customFields: Readonly<Record<string, JsonValue>>
  readonly domains: readonly HeldDomain[]
  readonly tie: Tie | null
}

/** The caller holds the account lock. Throws NotFoundError. */
export async function findEditedAccount(client: Queryable, viewer: Viewer, id: string): Promise<EditedAccount> {
  const { rows } = await client.query<
    Omit<EditedAccount, 'tie' | 'domains'> & {
      domains: HeldDomain[] | null
      hubspotId: bigint | null
      state: LinkState
    }
  >(
    `SELECT account.id, external_id AS "externalId", name, description, custom_fields AS "customFields",
       link.hubspot_id AS "hubspotId", link.state,
       (SELECT json_agg(json_build_object('domain', domain, 'fromHubspot', from_hubspot))
        FROM account_domain WHERE account_id = account.id) AS domains
     FROM account LEFT JOIN account_link link ON link.account_id = account.id
     WHERE account.workspace_id = $1 AND account.id = $2`,
    [viewer.workspaceId, id],
  )
  const [row] = rows
  if (row === undefined) throw new NotFoundError('The account does not exist.')
  const { hubspotId, state, domains, ...account } = row
  return { ...account, domains: domains ?? [], tie: hubspotId === null ? null : { hubspotId, state } }
}
