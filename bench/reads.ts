import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { formatMarkdown } from '../scripts/format-markdown.ts'
import { compareAnswers } from './reads/compare-answers.ts'
import { drawBars } from './reads/draw-bars.ts'
import { type Measured, measure, startLoadClient } from './reads/measure.ts'
import { profileOf } from './reads/profile.ts'
import { type QueryName, queryNames } from './reads/queries.ts'
import { cpuRatiosTable, cpuTable, profileTable, Results, ratesTable } from './reads/report.ts'
import { requirePeers, type Server, startServers } from './reads/servers.ts'
import { openStage } from './reads/stage.ts'

const { contacts, rounds, seconds, only, write } = new Command('npm run bench:reads --')
  .description('Compares reads of the API with those of other servers over the same database.')
  .option('--contacts <number>', 'contacts in the simulated HubSpot', wholeNumber(1_000_000), 20_000)
  .option('--rounds <number>', 'rounds; each server has one turn in each', wholeNumber(100), 3)
  .option('--seconds <number>', 'length of a turn', wholeNumber(600), 3)
  .option('--only <names...>', 'compare with these servers only', [])
  .option('--write', 'write the tables and the picture into docs/')
  .parse()
  .opts<{ contacts: number; rounds: number; seconds: number; only: string[]; write?: true }>()

requirePeers()
console.log('Filling a workspace by a sync …')
const stage = await openStage({ contacts, databaseUrl: process.env.DATABASE_URL })
const client = await startLoadClient()
let servers: Server[] = []
try {
  servers = await startServers(stage, only)
  await compareAnswers(servers, stage.variants, stage.token)
  console.log(`${servers.length} servers return the same values for all queries; ${stage.contacts} contacts\n`)
  const results = new Results(
    servers.map(({ name }) => name),
    stage.contacts,
  )
  for (const query of queryNames) {
    // Warms up: V8 compiles the code that runs often, and PostgreSQL loads its pages.
    for (const server of servers) await measure(client, stage, server, query, Math.min(2, seconds))
    for (let round = 0; round < rounds; round++) {
      for (const server of servers)
        results.add(server.name, query, await measure(client, stage, server, query, seconds))
    }
    console.log(
      `${query}: ${results.servers.map((server) => `${server} ${shortText(results.of(server, query))}`).join(', ')}`,
    )
  }
  const profiles = new Map<QueryName, ReadonlyMap<string, number>>()
  for (const query of ['Q1', 'Q2'] as const) {
    const [product] = servers as [Server]
    const send = () => measure(client, stage, product, query, 2 * seconds)
    profiles.set(query, await profileOf(product.process.pid, send))
  }
  console.log(`\n${textOf(results, profiles)}`)
  if (write) await writeDocs(results, profiles)
} finally {
  for (const { process: child } of servers) await child.stop('SIGKILL')
  await client.stop()
  await stage.close()
}

type Profiles = ReadonlyMap<QueryName, ReadonlyMap<string, number>>

async function writeDocs(results: Results, profiles: Profiles): Promise<void> {
  const file = new URL('../docs/performance.md', import.meta.url)
  const about =
    `Measured on ${new Date().toISOString().slice(0, 10)} with ${results.contacts} contacts, ${cpus().length} cores shared by
    clients, servers, and PostgreSQL, and Node ${process.versions.node}; medians of ${rounds} rounds.`.replace(
      /\s+/g,
      ' ',
    )
  const [begin, end] = ['<!-- printed by `npm run bench:reads -- --write` -->', '<!-- end -->']
  const text = await readFile(file, 'utf8')
  const [before, after] = [text.indexOf(begin), text.indexOf(end)]
  if (before < 0 || after < before) throw new Error('docs/performance.md has no place for the tables.')
  const printed = [begin, about, textOf(results, profiles)]
  const whole = `${text.slice(0, before)}${printed.join('\n\n')}\n\n${text.slice(after)}`
  await writeFile(file, await formatMarkdown(whole, file))
  await writeFile(new URL('../docs/reads.svg', import.meta.url), drawBars(results))
}

function textOf(results: Results, profiles: Profiles): string {
  return [
    'Requests per second:',
    ratesTable(results),
    'CPU per request, as a ratio:',
    cpuRatiosTable(results),
    'CPU per request in microseconds, Node + PostgreSQL, and the most memory that each server took:',
    cpuTable(results),
    'Where the product spends its time in Node:',
    profileTable(profiles),
  ].join('\n\n')
}

function shortText({ perSecond, nodeUs, postgresUs }: Measured): string {
  return `${Math.round(perSecond)}/s ${Math.round(nodeUs + (postgresUs ?? 0))} us`
}

function wholeNumber(most: number) {
  return (text: string): number => {
    const number = Number(text)
    if (Number.isSafeInteger(number) && number >= 1 && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`)
  }
}
