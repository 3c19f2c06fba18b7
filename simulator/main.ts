import { Command, InvalidArgumentError, Option } from 'commander'
import { FAULT_KINDS, type FaultRule, startSimulator } from './index.ts'

const wholeNumber = (text: string): number => {
  const number = Number(text)
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0) return number
  throw new InvalidArgumentError('It must be a whole number, zero or more.')
}

// Not null for "off" yet: commander takes null for a missing value.
const limit = (text: string): number | 'off' => (text === 'off' ? text : wholeNumber(text))

const range = (text: string): readonly [number, number] => {
  const [min = '', max = min] = text.split('-')
  const bounds = [wholeNumber(min), wholeNumber(max)] as const
  if (bounds[0] <= bounds[1]) return bounds
  throw new InvalidArgumentError('The first number must not be above the second.')
}

/** "rate-limit", or "bad-gateway-html,rate=0.05,path=/batch/read": the kind first, then its conditions. */
const fault = (text: string, before: FaultRule[]): FaultRule[] => {
  const [kind = '', ...rest] = text.split(',')
  const known = FAULT_KINDS.find((name) => name === kind)
  if (!known) throw new InvalidArgumentError(`There is no fault ${kind}; there are ${FAULT_KINDS.join(', ')}.`)
  const rule: Record<string, string | number> = { kind: known }
  for (const part of rest) {
    const [name = '', value = ''] = part.split('=')
    const isText = name === 'path' || name === 'method'
    if (!isText && !['count', 'rate', 'hubId', 'delayMs', 'retryAfterSeconds'].includes(name)) {
      throw new InvalidArgumentError(`A fault has no ${name}.`)
    }
    if (!isText && (value === '' || Number.isNaN(Number(value)))) {
      throw new InvalidArgumentError(`${name} must be a number.`)
    }
    rule[name] = isText ? value : Number(value)
  }
  return [...before, rule as unknown as FaultRule]
}

const command = new Command('simulator')
  .description('A HubSpot to develop and test against: same endpoints, limits and errors, made-up customers.')
  .option('--port <number>', 'where to listen; 0 takes a free port', wholeNumber, 8484)
  .option('--host <name>', 'the address to listen on', '127.0.0.1')
  .option('--contacts <number>', 'how many contacts there are', wholeNumber, 10_000)
  .option('--companies <number>', 'how many companies there are', wholeNumber, 1_000)
  .option('--seed <number>', 'which made-up customers', wholeNumber, 1)
  .option('--hub-id <number>', 'the id of the portal', wholeNumber, 1_234_567)
  .option('--rate-limit <calls>', 'calls per 10 seconds, or "off"', limit, 110)
  .option('--latency <ms>', 'how long an answer takes: "200" or "150-400"', range)
  .option('--token-ttl <seconds>', 'how long an access token works', wholeNumber, 1800)
  .option('--rotate-refresh-tokens', 'each refresh ends the refresh token used', false)
  .option('--webhooks <url>', 'where changes are sent: https://…/webhooks/hubspot')
  .option('--client-id <id>', 'of the one app there is', 'simulated-client-id')
  .option('--client-secret <secret>', 'of the one app there is', 'simulated-client-secret')
  .addOption(
    new Option('--fault <rule>', `repeatable: a kind, then any of count=, rate=, path=, method=, hubId=, delayMs=`)
      .argParser(fault)
      .default([], 'none'),
  )
  .showHelpAfterError('(--help lists the options)')

interface Options {
  port: number
  host: string
  contacts: number
  companies: number
  seed: number
  hubId: number
  rateLimit: number | 'off'
  latency?: readonly [number, number]
  tokenTtl: number
  rotateRefreshTokens: boolean
  webhooks?: string
  clientId: string
  clientSecret: string
  fault: FaultRule[]
}

const options = command.parse().opts<Options>()
const { port, host, clientId, clientSecret, rotateRefreshTokens, hubId, seed, contacts, companies } = options
const rateLimit = options.rateLimit === 'off' ? null : options.rateLimit

try {
  const simulator = await startSimulator({
    port,
    host,
    clientId,
    clientSecret,
    rotateRefreshTokens,
    accessTokenTtlSeconds: options.tokenTtl,
    portals: [{ hubId, seed, contacts, companies, rateLimit, latencyMs: options.latency }],
  })
  if (options.webhooks !== undefined) simulator.webhooks.configure({ targetUrl: options.webhooks })
  for (const rule of options.fault) simulator.faults.add(rule)
  console.log(`HubSpot simulator   ${simulator.url}
portal              ${hubId}: ${contacts} contacts, ${companies} companies, seed ${seed}
app                 client id ${clientId}, client secret ${clientSecret}
log in              ${simulator.url}/oauth/authorize?client_id=…&redirect_uri=…&scope=oauth
token without it    curl -X POST ${simulator.url}/control/tokens/issue
control             POST ${simulator.url}/control/{portals,faults,requests,tokens,webhooks,journal}… (simulator/README.md)`)

  const stop = () => void simulator.close()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
} catch (error) {
  console.error(`The simulator cannot start: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
