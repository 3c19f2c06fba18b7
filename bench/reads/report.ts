import { type Measured, medianOf } from './measure.ts'
import { type QueryName, queryNames, titles } from './queries.ts'
import { productName } from './servers.ts'

/** The rounds of each server and query. */
export class Results {
  readonly servers: readonly string[]
  readonly contacts: number
  readonly #rounds = new Map<string, Measured[]>()

  constructor(servers: readonly string[], contacts: number) {
    this.servers = servers
    this.contacts = contacts
  }

  get peers(): readonly string[] {
    return this.servers.filter((name) => name !== productName)
  }

  add(server: string, query: QueryName, measured: Measured): void {
    const key = `${server} ${query}`
    this.#rounds.set(key, [...(this.#rounds.get(key) ?? []), measured])
  }

  of(server: string, query: QueryName): Measured {
    return medianOf(this.#rounds.get(`${server} ${query}`) ?? [])
  }

  /** The highest of all rounds. */
  memoryMbOf(server: string): number {
    const rounds = queryNames.flatMap((query) => this.#rounds.get(`${server} ${query}`) ?? [])
    return Math.max(...rounds.map(({ memoryMb }) => memoryMb))
  }
}

/** Requests per second of the product, and divided by those of each peer. */
export function ratesTable(results: Results): string {
  const head = ['query', `${productName}, requests/s`, ...results.peers.map((peer) => `÷ ${peer}`)]
  const rows = queryNames.map((query) => {
    const { perSecond } = results.of(productName, query)
    const ratios = results.peers.map((peer) => (perSecond / results.of(peer, query).perSecond).toFixed(2))
    return [`${query}: ${titles[query]}`, String(Math.round(perSecond)), ...ratios]
  })
  return table(head, rows)
}

/** CPU per request of the product, Node and PostgreSQL together, divided by that of each peer. */
export function cpuRatiosTable(results: Results): string {
  const rows = queryNames.map((query) => {
    const used = ({ nodeUs, postgresUs }: Measured) => nodeUs + (postgresUs ?? 0)
    const own = used(results.of(productName, query))
    return [query, ...results.peers.map((peer) => (own / used(results.of(peer, query))).toFixed(2))]
  })
  return table(['query', ...results.peers.map((peer) => `÷ ${peer}`)], rows)
}

/** Microseconds of CPU per request, Node and PostgreSQL. */
export function cpuTable(results: Results): string {
  const rows = queryNames.map((query) => [
    query,
    ...results.servers.map((server) => cpuText(results.of(server, query))),
  ])
  const memory = ['memory, MB', ...results.servers.map((server) => String(Math.round(results.memoryMbOf(server))))]
  return table(['query', ...results.servers], [...rows, memory])
}

function cpuText({ nodeUs, postgresUs }: Measured): string {
  return postgresUs === null ? `${Math.round(nodeUs)}` : `${Math.round(nodeUs)} + ${Math.round(postgresUs)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** Shares of the product's time in Node, by query. */
export function profileTable(profiles: ReadonlyMap<QueryName, ReadonlyMap<string, number>>): string {
  const queries = [...profiles.keys()]
  const parts = [...new Set([...profiles.values()].flatMap((profile) => [...profile.keys()]))]
  const shareOf = (query: QueryName, part: string) => profiles.get(query)?.get(part) ?? 0
  const most = (part: string) => Math.max(...queries.map((query) => shareOf(query, part)))
  const rows = parts
    .toSorted((one, other) => most(other) - most(one))
    .map((part) => [part, ...queries.map((query) => `${Math.round(100 * shareOf(query, part))} %`)])
  return table(['part', ...queries], rows)
}
