import pc from 'picocolors'
import { graphql } from '../client/generated/index.ts'
import type { GraphQLClient } from '../client/graphql-client.ts'
import { expectedAccountsOutcome } from '../simulator/expected-accounts-outcome.ts'
import { followRun } from './follow-run.ts'
import { heading, printErrors, printRun } from './report.ts'
import { chooseAccounts } from './set-up.ts'
import { findDeviationsOfAccounts } from './verdict.ts'

const AccountsSummary = graphql(`
  query AccountsSummary {
    syncErrorSummary { type title resolution count }
    syncErrors(first: 1, filter: { type: DOMAIN_TAKEN }) {
      nodes { message hubspotId hubspotUrl }
    }
    accounts(first: 1) {
      nodes { externalId name domains contacts(first: 3) { nodes { name } } }
    }
  }
`)

/**
 * Syncs companies and the contacts of their accounts, and prints the result. Returns how it differs from the expected
 * one.
 */
export async function syncAccountsAndTheirContacts(
  client: GraphQLClient,
  { seed, ...size }: { readonly seed: number; readonly contacts: number; readonly companies: number },
): Promise<string[]> {
  await chooseAccounts(client)
  const run = await followRun(client)
  printRun(run, 'companies and contacts')
  const { syncErrorSummary, syncErrors, accounts } = await client.request(AccountsSummary)
  const failed = syncErrors?.nodes[0]
  const waiting = expectedAccountsOutcome(seed, size).waiting.get(failed?.hubspotId ?? '')
  const told =
    failed == null
      ? []
      : [
          `For example, HubSpot company ${failed.hubspotId}: ${failed.message}`,
          `${waiting} contacts wait for this company.`,
        ]
  printErrors(syncErrorSummary, { DOMAIN_TAKEN: told })
  const account = accounts.nodes[0]
  if (account != null) {
    heading(`account(by: {externalId: "${account.externalId}"})`)
    console.log(`  ${pc.dim('name'.padEnd(16))}${account.name}`)
    console.log(`  ${pc.dim('domains'.padEnd(16))}${account.domains.join(', ')}`)
    console.log(`  ${pc.dim('contacts'.padEnd(16))}${account.contacts.nodes.map(({ name }) => name).join(', ')}, …`)
  }
  return findDeviationsOfAccounts(run, seed, size)
}
