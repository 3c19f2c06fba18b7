import { accountStore } from '../../accounts/account-store.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import type { AccountOfContact } from '../mapping/record-draft.ts'
import type { Run } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'
import { planPart } from './plan-part.ts'
import { readInBatches } from './read-in-batches.ts'
import type { RunPart } from './run-part.ts'
import { companySource, memberSource } from './sources.ts'

const untouched: AccountOfContact = { kind: 'untouched' }

/** The accounts of a run: all companies (B64), compared with HubSpot's current state. */
export async function openAccountsPart(context: SyncContext, portal: HubSpotPortal, run: Run): Promise<RunPart> {
  const { database, tuning } = context
  const planned = await planPart(context, portal, run, 'ACCOUNT')
  return {
    ...planned,
    objectType: 'ACCOUNT',
    store: accountStore,
    source:
      run.kind === 'RECORDS'
        ? memberSource(database.pool, run, false, tuning)
        : companySource(portal, planned.plan.requested, tuning),
    needsHandle: false,
    linkLimit: Number.POSITIVE_INFINITY,
    ...readInBatches(tuning.readLimit, portal.readCompanies),
    findAccounts: async (ids) => new Map(ids.map((id) => [id, untouched])),
  }
}
