import { createTestBrokerOptions } from './test-broker.ts'
import type { TestDatabase } from './test-database.ts'

/**
 * Environment for `startProcess` on the test's own database and a broker that nobody else uses: Redis if there is one.
 * HubSpot cannot be reached until HUBSPOT_API_URL names a simulator.
 */
export async function createProcessEnvironment(database: TestDatabase, kind?: 'redis' | 'postgres') {
  const { redisUrl } = await createTestBrokerOptions(kind, database.url)
  return {
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl ?? '',
    HUBSPOT_CLIENT_ID: 'simulated-client-id',
    HUBSPOT_CLIENT_SECRET: 'simulated-client-secret',
    HUBSPOT_API_URL: 'http://127.0.0.1:9',
    HUBSPOT_APP_URL: 'http://127.0.0.1:9',
    SMTP_URL: '',
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    LOG_LEVEL: 'info',
    SHUTDOWN_DELAY: '0',
  }
}
