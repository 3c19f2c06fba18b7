import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startProcess } from '../../embedded/processes.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'
import { transports } from '../support/graphql/subscribe.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor } from '../support/wait-for.ts'
import { follow } from './follower.ts'

const ManyRuns = graphql(`subscription ManyRuns($id: ID) { syncProgress(runId: $id) { status } }`)
const ManyContacts = graphql(`
  subscription ManyContacts($id: ID) { contactChanged(filter: { id: $id }) { kind contact { name } } }
`)
const ManyErrors = graphql(`subscription ManyErrors($id: ID) { syncErrorRaised(after: $id) { message } }`)

const followersOfEach = 70

for (const transport of transports) {
  test(`B6, B54, B68: hundreds of followers over ${transport} cause no warning about a leak`, async () => {
    const database = await createTestDatabase()
    const { workspaceId, token } = await createWorkspace(database, {
      name: 'Test',
      plan: 'GROWTH',
      adminEmail: 'ada@example.test',
    })
    const run = await storeRun(database, workspaceId, { status: 'RUNNING' })
    const contactId = await storeContact(database, workspaceId)
    const seen = await storeError(database, workspaceId, { hubspotId: 1n })
    await storeError(database, workspaceId, { hubspotId: 2n })
    const lines: string[] = []
    const api = await startProcess('serve', await createProcessEnvironment(database), {
      onLine: (line) => void lines.push(line),
    })
    cleanUp(() => api.stop())

    const followers = Array.from({ length: followersOfEach }).flatMap(() => [
      follow(transport, api.url, ManyRuns, { id: globalId('SyncRun', run.id) }, token),
      follow(transport, api.url, ManyContacts, { id: globalId('Contact', contactId) }, token),
      follow(transport, api.url, ManyErrors, { id: globalId('SyncError', seen.id) }, token),
    ])
    await waitFor(() => followers.every(({ events }) => events.length > 0), { timeoutMs: 240_000 })
    for (const { leave } of followers) leave()
    await api.stop()

    expect(followers.flatMap(({ events }) => [...events].flatMap(({ errors = [] }) => errors))).toEqual([])
    expect(lines.filter((line) => line.includes('Warning'))).toEqual([])
  }, 300_000)
}
