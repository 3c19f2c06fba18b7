import { Command, InvalidArgumentError } from 'commander'
import pc from 'picocolors'
import { openGraphQLClient } from '../client/graphql-client.ts'
import { PieceFailedError } from '../embedded/piece-failed-error.ts'
import { type Product, startProduct } from '../embedded/product.ts'
import { connectHubSpot } from './connect-hubspot.ts'
import { followRun } from './follow-run.ts'
import { printExplore, printReport } from './report.ts'
import { chooseWhatToSync } from './set-up.ts'
import { syncAccountsAndTheirContacts } from './sync-accounts.ts'
import { findDeviations } from './verdict.ts'

const seed = 7
/** Number of contacts per company of the simulated HubSpot. */
const contactsPerCompany = 100

const options = new Command('npm run demo --')
  .description('Syncs the contacts of a simulated HubSpot list and shows what comes of it.')
  .option('--contacts <number>', 'how many contacts the simulated HubSpot holds', wholeNumber, 10_000)
  .option('--once', 'exit when done: code 0 only if the result is what the simulated data says it must be', false)
  .parse()
  .opts<{ contacts: number; once: boolean }>()

const companies = Math.ceil(options.contacts / contactsPerCompany)

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Interrupted()))
})
interrupted.catch(() => {})

class Interrupted extends Error {}

let product: Product | null = null
try {
  console.log(pc.dim('Starting …'))
  product = await Promise.race([startProduct({ seed, contacts: options.contacts, companies }), interrupted])
  await Promise.race([showTheSync(product), interrupted])
} catch (error) {
  if (!(error instanceof Interrupted)) {
    console.error(pc.red(error instanceof PieceFailedError ? error.message : describe(error)))
    process.exitCode = 1
  }
} finally {
  await product?.stop()
}
// The follower of the run reconnects again and again to a server that has stopped, and would keep this process alive.
process.exit()

async function showTheSync(product: Product): Promise<void> {
  step(`PostgreSQL, ${product.brokerName}, HubSpot simulator, API and worker are running`)
  const deviations = [...(await syncList(product)), ...(await syncAccountsOfAnotherWorkspace(product))]
  printExplore(product)
  for (const deviation of deviations) console.error(pc.red(`✘ ${deviation}`))
  if (deviations.length > 0) process.exitCode = 1
  if (options.once) return
  console.log(pc.dim('\nServing until Ctrl-C.'))
  await interrupted
}

/** Syncs the contacts of a HubSpot list. Returns how the result differs from the expected one. */
async function syncList({ apiUrl, workspace }: Product): Promise<string[]> {
  const client = openGraphQLClient(apiUrl, workspace.token)
  try {
    const portal = await connectHubSpot(client)
    step(`HubSpot portal ${portal} is connected`)
    const listName = await chooseWhatToSync(client)
    step(`13 properties are mapped; the list to sync is "${listName}"`)
    const run = await followRun(client)
    await printReport(client, run)
    return findDeviations(run, seed, options.contacts)
  } finally {
    await client.close()
  }
}

/** Syncs companies as accounts, and their contacts, in a workspace that sees nothing of the first one. */
async function syncAccountsOfAnotherWorkspace({ apiUrl, addWorkspace }: Product): Promise<string[]> {
  const { token } = await addWorkspace('Globex')
  const client = openGraphQLClient(apiUrl, token)
  try {
    console.log()
    const portal = await connectHubSpot(client)
    step(`Another workspace is connected to portal ${portal}: companies first, then the contacts of synced accounts`)
    return await syncAccountsAndTheirContacts(client, { seed, contacts: options.contacts, companies })
  } finally {
    await client.close()
  }
}

function step(what: string): void {
  console.log(`${pc.green('✔')} ${what}`)
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1 || number > 1_000_000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.')
  }
  return number
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
