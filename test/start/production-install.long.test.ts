import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { openGraphQLClient } from '../../client/graphql-client.ts'
import { startAndWatch } from '../../demo/follow-run.ts'
import { startProcess, startScript } from '../../embedded/processes.ts'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** What docs/operating.md says that a production machine needs, and what npm installs there. */
async function installForProduction(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-production-'))
  cleanUp(() => rm(folder, { recursive: true, force: true }))
  await run('node', ['scripts/build.mjs'], { cwd: project })
  for (const name of ['dist', 'prisma/migrations', 'scripts/run.mjs', 'package.json', 'package-lock.json']) {
    await cp(join(project, name), join(folder, name), { recursive: true })
  }
  await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit'], { cwd: folder })
  return folder
}

it('an installation without development packages migrates, syncs, and stops on SIGTERM', async () => {
  // given
  const installation = await installForProduction()
  const contacts = 500
  const simulator = await startTestSimulator({ portals: [{ seed: 5, contacts, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpSeededListSync(sync)
  const env = {
    ...(await createProcessEnvironment(sync.database)),
    HUBSPOT_API_URL: simulator.url,
    ENCRYPTION_KEYS: sync.encryptionKeys,
  }
  const migration = await startScript('dist/migrate.js', env, { installation })
  expect(await migration.exited).toEqual({ code: 0, signal: null })
  expect(migration.lastLines()).toContain('The database is up to date.')

  // when
  const api = await startProcess('serve', env, { installation })
  cleanUp(() => api.stop())
  const worker = await startProcess('work', env, { installation })
  cleanUp(() => worker.stop())
  const client = openGraphQLClient(api.url, sync.token)
  cleanUp(() => client.close())
  let processed = 0
  let status = ''
  for await (const state of startAndWatch(client))
    ({
      status,
      progress: { processed },
    } = state)

  // then
  expect(status).toMatch(/^COMPLETED/)
  expect(processed).toBe(expectedOutcome(5, contacts).total)
  await client.close()
  expect(await worker.stop()).toEqual({ code: 0, signal: null })
  expect(await api.stop()).toEqual({ code: 0, signal: null })
  // The compiled code contains all other packages.
  const packages = (await readdir(join(installation, 'node_modules'))).filter((name) => !name.startsWith('.'))
  expect(packages).toEqual(['email-providers'])
})
