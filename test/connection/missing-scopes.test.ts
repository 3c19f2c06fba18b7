import { expect, it } from 'vitest'
import { beginLogin } from '../../src/connection/begin-login.ts'
import { ScopesMissingError } from '../../src/connection/errors.ts'
import { findConnection } from '../../src/connection/find-connection.ts'
import { finishLogin } from '../../src/connection/finish-login.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'
import { approve, createTestWorkspace } from './connected-workspace.ts'

it('B18: a log-in that grants too few scopes is refused with the missing ones, and changes nothing', async () => {
  const { context, viewer, connect, simulator } = await createTestWorkspace()
  await connect()
  const before = await context.database.prisma.hubSpotConnection.findFirst()
  const { authorizeUrl } = await beginLogin(context, viewer)
  const url = new URL(authorizeUrl)
  url.searchParams.set('scope', (url.searchParams.get('scope') ?? '').replace('crm.lists.read', '').trim())

  const error = await finishLogin(context, viewer, await approve(simulator, url.href)).catch(
    (thrown: unknown) => thrown,
  )

  expect(error).toBeInstanceOf(ScopesMissingError)
  expect((error as Error).message).toContain('crm.lists.read')
  expect(error).toMatchObject({ scopes: ['crm.lists.read'] })
  expect(await context.database.prisma.hubSpotConnection.findFirst()).toEqual(before)
  expect(simulator.requests.countOf('revoke')).toBe(1)
})

it('B17 B18: a run that lacks a scope ends with AUTHORIZATION and names the scope, and so does the connection', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 10, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])
  await startSync(sync.context, sync.viewer)
  simulator.faults.add({ kind: 'missing-scopes', path: '/contacts' })

  await sync.workOff()

  const run = await sync.database.prisma.syncRun.findFirstOrThrow()
  expect(run).toMatchObject({ status: 'FAILED', failureType: 'AUTHORIZATION' })
  expect(run.failureMessage).toContain('crm.objects.contacts.read')
  expect(await findConnection(sync.context, sync.viewer.workspaceId)).toMatchObject({ status: 'NEEDS_RECONNECT' })
})
