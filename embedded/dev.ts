// `npm run dev`: everything that a developer needs. The data is kept in .data/, and the processes restart on every
// change.
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PieceFailedError } from './piece-failed-error.ts'
import { type ManagedProcess, startProcess, startScript } from './processes.ts'
import { startStack } from './stack.ts'

const dataDir = fileURLToPath(new URL('../.data', import.meta.url))
const simulatorPort = process.env.SIMULATOR_PORT || '8484'
const apiPort = process.env.PORT || '4000'

try {
  await startDevelopment()
} catch (error) {
  console.error(error instanceof PieceFailedError ? error.message : error)
  // Everything that was started ends with this process.
  process.exit(1)
}

async function startDevelopment() {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env
  const stack = await startStack({ dataDir, databaseUrl, redisUrl })
  const { guardian } = stack
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`
  const environment = {
    DATABASE_URL: stack.databaseUrl,
    REDIS_URL: stack.redisUrl ?? '',
    PORT: apiPort,
    HUBSPOT_CLIENT_ID: 'simulated-client-id',
    HUBSPOT_CLIENT_SECRET: 'simulated-client-secret',
    HUBSPOT_API_URL: simulatorUrl,
    HUBSPOT_APP_URL: simulatorUrl,
    ENCRYPTION_KEYS: await kept('encryption-keys', async () => `dev:${randomBytes(32).toString('base64')}`),
  }
  const admin = JSON.parse(await kept('admin.json', () => createAdmin(environment)))

  const processes: ManagedProcess[] = []
  const options = (name: string) => ({ onLine: prefixedBy(name), guardian, reload: true })
  const simulator = await startScript(
    'simulator/main.ts',
    {},
    {
      ...options('simulator'),
      args: ['--port', simulatorPort, '--webhooks', `http://localhost:${apiPort}/webhooks/hubspot`],
    },
  )
  processes.push(simulator)
  await simulator.untilLine((line) => line.startsWith('HubSpot simulator'))
  processes.push(await startProcess('serve', environment, options('api')))
  processes.push(await startProcess('work', environment, options('worker')))

  console.log(`
GraphQL     http://localhost:${apiPort}/graphql
HubSpot     ${simulatorUrl} (simulated)
PostgreSQL  ${stack.databaseUrl}
Redis       ${stack.redisUrl ?? 'none on the PATH: PostgreSQL carries the queue'}
Admin       authorization: Bearer ${admin.token}
Ctrl-C ends everything; the data stays in .data/`)

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    await Promise.all(processes.map((child) => child.stop()))
    await stack.stop()
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
}

/** A value that was created once is read again next time, since its database is kept too. */
async function kept(name: string, make: () => Promise<string>): Promise<string> {
  const file = join(dataDir, name)
  const found = await readFile(file, 'utf8').catch(() => null)
  if (found !== null) return found
  const made = await make()
  await writeFile(file, made, { mode: 0o600 })
  return made
}

async function createAdmin(environment: Record<string, string>): Promise<string> {
  const args = [
    'create-workspace',
    '--name',
    'Development',
    '--plan',
    'PREMIER',
    '--admin-email',
    'admin@example.com',
    '--json',
  ]
  const command = await startScript('src/admin.ts', environment, { args })
  const { code } = await command.exited
  const answer = command.lastLines().find((line) => line.startsWith('{'))
  if (code === 0 && answer) return answer
  throw new Error(`the first workspace could not be created:\n${command.lastLines().join('\n')}`)
}

function prefixedBy(name: string) {
  return (line: string) => console.log(`${name.padEnd(10)}${line}`)
}
