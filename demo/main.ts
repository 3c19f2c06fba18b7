import { Command, InvalidArgumentError } from 'commander'
import pc from 'picocolors'
import { openGraphQLClient } from '../client/graphql-client.ts'
import { PieceFailedError } from '../embedded/piece-failed-error.ts'
import { type Product, startProduct } from '../embedded/product.ts'
import { connectHubSpot } from './connect-hubspot.ts'
import { followRun } from './follow-run.ts'
import { printReport } from './report.ts'
import { chooseWhatToSync } from './set-up.ts'
import { findDeviations } from './verdict.ts'

const seed = 7

const options = new Command('npm run demo --')
  .description('Syncs the contacts of a simulated HubSpot list and shows what comes of it.')
  .option('--contacts <number>', 'how many contacts the simulated HubSpot holds', wholeNumber, 10_000)
  .option('--once', 'exit when done: code 0 only if the result is what the simulated data says it must be', false)
  .parse()
  .opts<{ contacts: number; once: boolean }>()

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Interrupted()))
})
interrupted.catch(() => {})

class Interrupted extends Error {}

let product: Product | null = null
try {
  console.log(pc.dim('Starting …'))
  product = await Promise.race([startProduct({ seed, ...options }), interrupted])
  await Promise.race([showTheSync(product), interrupted])
} catch (error) {
  if (!(error instanceof Interrupted)) {
    console.error(pc.red(error instanceof PieceFailedError ? error.message : describe(error)))
    process.exitCode = 1
  }
} finally {
  await product?.stop()
}

async function showTheSync({ apiUrl, simulator, workspace, brokerName }: Product): Promise<void> {
  const client = openGraphQLClient(apiUrl, workspace.token)
  try {
    step(`PostgreSQL, ${brokerName}, HubSpot simulator, API and worker are running`)
    const portal = await connectHubSpot(client)
    step(`HubSpot portal ${portal} is connected`)
    const listName = await chooseWhatToSync(client)
    step(`13 properties are mapped; the list to sync is "${listName}"`)
    const run = await followRun(client)
    const deviations = findDeviations(run, seed, options.contacts)
    await printReport(client, { run, deviations, apiUrl, simulatorUrl: simulator.url, token: workspace.token })
    if (deviations.length > 0) process.exitCode = 1
    if (options.once) return
    console.log(pc.dim('\nServing until Ctrl-C.'))
    await interrupted
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
