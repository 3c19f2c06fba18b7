import { type Logger, pino } from 'pino'
import type { Broker } from '../../../src/broker/broker.ts'
import type { ApiOptions } from '../../../src/server/api-options.ts'
import { createServer } from '../../../src/server/create-server.ts'
import { cleanUp } from '../clean-up.ts'
import type { TestApi } from './start-test-api.ts'

interface Beside {
  readonly options?: Partial<ApiOptions>
  readonly broker?: Broker
  readonly log?: Logger
  readonly dependencies?: Readonly<Record<string, () => Promise<unknown>>>
}

/**
 * Starts another server on the API's database, like another API process, and returns its URL. The server ends with the test.
 */
export async function startServerBeside(
  { database, sync, connection, webhooks, broker: own }: TestApi,
  { options, broker = own, log = pino({ level: 'silent' }), dependencies = {} }: Beside,
): Promise<string> {
  const { rateWindows } = broker
  const context = { database, sync, connection, webhooks, rateWindows, dependencies, log, options }
  const server = createServer(context)
  cleanUp(() => server.close())
  return (await server.listen(0, '127.0.0.1')).url
}
