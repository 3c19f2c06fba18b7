import { Command, InvalidArgumentError } from 'commander'
import { startProduct } from '../embedded/product.ts'
import { openDatabase } from '../src/database/database.ts'
import { measurePostgresAlone } from './postgres-alone.ts'
import { measureRowByRow } from './row-by-row.ts'
import { measureSyncs, type Sync } from './sync-list.ts'
import { warmUp } from './warm-up.ts'

/** The bounds that a sync has to meet: contacts per second end to end, and the worker's memory in MB. */
const bounds = { contactsPerSecond: 8_000, workerMb: 300 }

const { contacts } = new Command('npm run bench --')
  .description('Measures a sync of a list, end to end: simulated HubSpot without limits, worker, PostgreSQL, API.')
  .option('--contacts <number>', 'size of the list', wholeNumber, 100_000)
  .parse()
  .opts<{ contacts: number }>()

const product = await startProduct({ seed: 7, contacts })
const database = openDatabase(product.databaseUrl)
try {
  await warmUp(product)
  const [first, again] = await measureSyncs(product)
  const alone = await measurePostgresAlone(database)
  const rowByRow = await measureRowByRow(database)
  show('first sync', first)
  show('same list again', again)
  console.log(`PostgreSQL alone, the same rows   ${perSecond(alone)}`)
  console.log(`row by row through Prisma         ${perSecond(rowByRow)}\n`)
  ratio('first sync : PostgreSQL alone', first.contactsPerSecond / alone)
  ratio('first sync : row by row', first.contactsPerSecond / rowByRow)
  ratio('same list again : first sync', again.contactsPerSecond / first.contactsPerSecond)
  console.log(`
first sync, bound ${bounds.contactsPerSecond}/s             ${verdict(first.contactsPerSecond >= bounds.contactsPerSecond)}
worker's memory, bound ${bounds.workerMb} MB           ${verdict(Math.max(first.peakMb, again.peakMb) < bounds.workerMb)}`)
} finally {
  await database.close()
  await product.stop()
}

function show(name: string, { contactsPerSecond, peakMb, quarterMb, cpuUs }: Sync): void {
  const memory = `worker peak ${Math.round(peakMb)} MB, by quarters ${quarterMb.map(Math.round).join(' ')} MB`
  console.log(`${name.padEnd(34)}${perSecond(contactsPerSecond)}   ${memory}`)
  const parts = Object.entries(cpuUs).map(([process, us]) => `${process} ${Math.round(us)}`)
  const total = Object.values(cpuUs).reduce((sum, us) => sum + us, 0)
  console.log(`${''.padEnd(34)}CPU per contact ${Math.round(total)} us: ${parts.join(', ')}`)
}

function perSecond(rate: number): string {
  return `${Math.round(rate)}/s`.padStart(8)
}

function ratio(name: string, value: number): void {
  console.log(`${name.padEnd(34)}${value.toFixed(2).padStart(8)}`)
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'not met'
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1_000 || number > 1_000_000) {
    throw new InvalidArgumentError('It must be a whole number from 1000 to 1000000.')
  }
  return number
}
