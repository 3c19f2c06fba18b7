import pc from 'picocolors'
import type { SummaryQuery } from '../client/generated/graphql.ts'
import { graphql } from '../client/generated/index.ts'
import type { GraphQLClient } from '../client/graphql-client.ts'
import type { Product } from '../embedded/product.ts'
import type { Run } from './follow-run.ts'

const Summary = graphql(`
  query Summary {
    syncErrorSummary { type title resolution count }
    syncErrors(first: 1, filter: { type: EMAIL_TAKEN }) {
      nodes { message hubspotId hubspotUrl }
    }
    contacts(first: 1) { nodes { externalId } }
  }
`)

const OneContact = graphql(`
  query OneContact($externalId: String!) {
    contact(by: { externalId: $externalId }) {
      externalId
      name
      description
      handles { source value }
      customFields { name value }
      hubspot { url state lastSyncedAt }
    }
  }
`)

/** Prints the result of a run over a list, on one screen. */
export async function printReport(client: GraphQLClient, run: Run): Promise<void> {
  printRun(run)
  const { syncErrorSummary, syncErrors, contacts } = await client.request(Summary)
  const example = syncErrors?.nodes[0]
  const told = example == null ? [] : [`For example, HubSpot contact ${example.hubspotId}: ${example.message}`]
  printErrors(syncErrorSummary, { EMAIL_TAKEN: told })
  const externalId = contacts.nodes[0]?.externalId
  if (externalId != null) await printContact(client, externalId)
}

/** Prints where to look further. */
export function printExplore({ apiUrl, simulator, workspace }: Product): void {
  heading('Explore')
  console.log(`  GraphiQL   ${pc.underline(`${apiUrl}/graphql`)}`)
  console.log(`  Token      ${workspace.token}`)
  console.log(
    `  HubSpot    ${pc.underline(simulator.url)} ${pc.dim('(simulator; simulator/README.md lists its controls)')}`,
  )
}

/** `examples` are lines to print below the errors of a type. */
export function printErrors(
  summary: SummaryQuery['syncErrorSummary'],
  examples: Readonly<Partial<Record<string, readonly string[]>>>,
): void {
  heading('Errors, and how to resolve them')
  for (const { type, title, resolution, count } of summary ?? []) {
    console.log(`  ${pc.yellow(String(count).padStart(5))}  ${title} ${pc.dim(type)}`)
    for (const line of [resolution, ...(examples[type] ?? [])]) console.log(`         ${pc.dim(line)}`)
  }
}

export function printRun({ status, progress, startedAt, finishedAt, failure }: Run, what = 'contacts'): void {
  const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : null
  const rate = seconds === null ? '' : ` in ${seconds.toFixed(1)} s, ${Math.round(progress.processed / seconds)}/s`
  heading(`${status}: ${progress.processed} ${what}${rate}`)
  const { created, updated, unchanged, linked, skipped, failed } = progress
  console.log(
    `  created ${created}  updated ${updated}  unchanged ${unchanged}  linked ${linked}  skipped ${skipped}  failed ${failed}`,
  )
  if (failure != null) console.log(pc.red(`  ${failure.title}: ${failure.message} ${failure.resolution}`))
}

async function printContact(client: GraphQLClient, externalId: string): Promise<void> {
  const { contact } = await client.request(OneContact, { externalId })
  if (contact == null) return
  heading(`contact(by: {externalId: "${externalId}"})`)
  const rows = [
    ['name', contact.name],
    ...contact.handles.map(({ source, value }) => [source.toLowerCase(), value]),
    ...contact.customFields.filter(({ value }) => value != null).map(({ name, value }) => [name, String(value)]),
    ['last synced', contact.hubspot?.lastSyncedAt ?? 'never'],
    ['in HubSpot', contact.hubspot?.url ?? ''],
  ]
  for (const [label = '', value = ''] of rows) console.log(`  ${pc.dim(label.padEnd(16))}${value}`)
}

export function heading(text: string): void {
  console.log(`\n${pc.bold(text)}`)
}
