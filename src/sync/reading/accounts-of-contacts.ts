import type { Queryable } from '../../database/database.ts'
import type { CompaniesOfContact, CompanyOfContact, HubSpotPortal } from '../../hubspot/portal.ts'
import type { AccountOfContact } from '../mapping/record-draft.ts'
import type { Run } from '../runs/run.ts'

/** Maximum number of contacts per call to HubSpot. */
const contactsPerCall = 1_000

const untouched: AccountOfContact = { kind: 'untouched' }
const none: AccountOfContact = { kind: 'none' }
const notSynced: AccountOfContact = { kind: 'not-synced' }

/**
 * The account of each contact according to HubSpot's associations (B26, B28): that of its primary company if it is
 * synced, or else that of its lowest synced company. With FROM_SYNCED_ACCOUNTS, contacts without a company that is
 * synced or failed to sync are omitted, and contacts whose companies all failed wait for them (B66).
 */
export async function findAccountsOfContacts(
  queryable: Queryable,
  portal: HubSpotPortal,
  { workspaceId, settings }: Run,
  ids: readonly bigint[],
  signal: AbortSignal,
): Promise<ReadonlyMap<bigint, AccountOfContact>> {
  if (!settings.accountsEnabled) return new Map(ids.map((id) => [id, untouched]))
  const companies = await findCompaniesOf(portal, ids, signal)
  const known = await findCompanies(queryable, workspaceId, companies)
  const isSource = settings.contactSource === 'FROM_SYNCED_ACCOUNTS'
  const accounts = new Map<bigint, AccountOfContact>()
  for (const id of ids) {
    const told = companies.get(id) ?? []
    if ('unreadable' in told) {
      accounts.set(id, { kind: 'unreadable', reason: told.unreadable })
      continue
    }
    const own = [...told].sort(primaryThenLowest)
    const synced = own.flatMap(({ companyId }) => known.synced.get(companyId) ?? [])[0]
    if (synced !== undefined) accounts.set(id, { kind: 'attached', accountId: synced })
    else if (!isSource) accounts.set(id, none)
    else if (own.some(({ companyId }) => known.failed.has(companyId))) accounts.set(id, notSynced)
  }
  return accounts
}

async function findCompaniesOf(portal: HubSpotPortal, ids: readonly bigint[], signal: AbortSignal) {
  const calls = []
  for (let start = 0; start < ids.length; start += contactsPerCall) {
    calls.push(portal.companiesOfContacts(ids.slice(start, start + contactsPerCall), signal))
  }
  return new Map((await Promise.all(calls)).flatMap((companies) => [...companies]))
}

function primaryThenLowest(a: CompanyOfContact, b: CompanyOfContact): number {
  if (a.isPrimary !== b.isPrimary) return a.isPrimary ? -1 : 1
  return a.companyId < b.companyId ? -1 : 1
}

/**
 * Companies that the last run over accounts failed to sync: their link is held, or they have no link and an open error.
 * A company that an admin excluded from the sync has not failed, and nobody waits for it.
 */
export const failedCompanies = `
  SELECT hubspot_id FROM (
    SELECT hubspot_id FROM account_link WHERE workspace_id = $1 AND state = 'ACTIVE' AND is_held
    UNION
    SELECT hubspot_id FROM sync_error WHERE workspace_id = $1 AND object_type = 'ACCOUNT' AND status = 'OPEN'
      AND hubspot_id > 0 AND type <> 'INVALID_VALUE'
  ) AS company
  WHERE NOT EXISTS (SELECT FROM hubspot_exclusion excluded WHERE workspace_id = $1 AND object_type = 'ACCOUNT'
    AND excluded.hubspot_id = company.hubspot_id)`

async function findCompanies(
  queryable: Queryable,
  workspaceId: string,
  companies: ReadonlyMap<bigint, CompaniesOfContact>,
) {
  const ids = new Set(
    [...companies.values()].flatMap((own) => ('unreadable' in own ? [] : own.map(({ companyId }) => companyId))),
  )
  if (ids.size === 0) return { synced: new Map<bigint, string>(), failed: new Set<bigint>() }
  const asked = [workspaceId, [...ids]]
  const [synced, failed] = await Promise.all([
    queryable.query<{ hubspot_id: bigint; account_id: string }>(
      `SELECT hubspot_id, account_id FROM account_link
       WHERE workspace_id = $1 AND hubspot_id = ANY ($2::bigint[]) AND state = 'ACTIVE' AND NOT is_held`,
      asked,
    ),
    queryable.query<{ hubspot_id: bigint }>(
      `SELECT hubspot_id FROM (${failedCompanies}) AS failed WHERE hubspot_id = ANY ($2::bigint[])`,
      asked,
    ),
  ])
  return {
    synced: new Map(synced.rows.map((row) => [row.hubspot_id, row.account_id])),
    failed: new Set(failed.rows.map((row) => row.hubspot_id)),
  }
}
