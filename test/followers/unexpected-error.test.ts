import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'

const Unlucky = graphql(`subscription Unlucky { syncProgress { status } }`)

for (const transport of transports) {
  test(`over ${transport}, a permanent error is reported and ends the subscription`, async () => {
    const api = await startTestApi()
    const { workspaceId, token } = await api.createWorkspace()
    const run = await storeRun(api.database, workspaceId, { status: 'RUNNING' })
    const stream = subscribe(transport, api.url, Unlucky, {}, { token })
    await stream.next()

    await api.database.pool.query('ALTER TABLE sync_run RENAME TO sync_run_elsewhere')
    await api.sync.announcements.publish('run-progressed', workspaceId, { runId: run.id })
    const errors = await stream.next().then(
      ({ value }) => value.errors,
      (refusal) => refusal,
    )

    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL', correlationId: expect.any(String) } }])
    expect(JSON.stringify(errors)).not.toContain('sync_run')
  })
}
