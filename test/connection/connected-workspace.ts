import { randomBytes } from 'node:crypto'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.ts'
import type { Viewer } from '../../src/auth/viewer.ts'
import { beginLogin } from '../../src/connection/begin-login.ts'
import type { ConnectionContext } from '../../src/connection/connection-context.ts'
import { type FinishedLogin, finishLogin } from '../../src/connection/finish-login.ts'
import { openEncryption } from '../../src/encryption/encryption.ts'
import { callbackPath, openHubSpot } from '../../src/hubspot/gateway.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { unlimited } from '../support/test-sync.ts'

const publicUrl = 'http://localhost:4000'

export interface TestClock {
  now(): Date
  advance(minutes: number): void
}

export interface TestWorkspace {
  readonly simulator: Simulator
  readonly context: ConnectionContext
  readonly viewer: Viewer
  /** Also the simulator's time. */
  readonly clock: TestClock
  /** The same workspace as another process sees it. */
  otherProcess(): ConnectionContext
  /** Logs in from the first click to the last. */
  connect(login?: { readonly hubId?: number; readonly allowPortalChange?: boolean }): Promise<FinishedLogin>
}

/** A workspace with an admin that has never been connected. */
export async function createTestWorkspace(options: SimulatorOptions = {}): Promise<TestWorkspace> {
  let at = Date.now()
  const advance = (minutes: number) => {
    at += minutes * 60_000
  }
  const clock: TestClock = { now: () => new Date(at), advance }
  const simulator = await startSimulator({ portals: [{ contacts: 20 }], ...options, clock: () => at })
  cleanUp(() => simulator.close())
  const database = await createTestDatabase()
  const encryption = openEncryption(`test:${randomBytes(32).toString('base64')}`)
  const openContext = (): ConnectionContext => {
    const hubspot = openHubSpot({
      environment: {
        clientId: simulator.clientId,
        clientSecret: simulator.clientSecret,
        apiUrl: simulator.url,
        appUrl: simulator.url,
        apiVersion: '2026-03',
      },
      publicUrl,
      budget: unlimited,
      pause: async (_ms, signal) => signal?.throwIfAborted(),
    })
    cleanUp(() => hubspot.close())
    return { database, encryption, hubspot, now: clock.now }
  }
  const context = openContext()
  const { workspaceId, organizationId, userId } = await createWorkspace(database, {
    name: 'Test',
    plan: 'GROWTH',
    adminEmail: 'admin@example.test',
  })
  const viewer: Viewer = { workspaceId, organizationId, userId, plan: 'GROWTH', role: 'WORKSPACE_ADMIN' }
  return {
    simulator,
    context,
    viewer,
    clock,
    otherProcess: openContext,
    connect: async ({ hubId = simulator.portal().hubId, allowPortalChange } = {}) => {
      const { authorizeUrl } = await beginLogin(context, viewer, { allowPortalChange })
      return finishLogin(context, viewer, await approve(simulator, authorizeUrl, hubId))
    },
  }
}

/** What the admin's browser does at HubSpot. Returns the parameters that it brings back. */
export async function approve(
  simulator: Simulator,
  authorizeUrl: string,
  hubId = simulator.portal().hubId,
): Promise<{ state: string; code: string }> {
  const page = await (await fetch(authorizeUrl)).text()
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
    ([, name = '', value = '']) => [name, value.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code))],
  )
  const body = new URLSearchParams([...fields, ['hub_id', String(hubId)], ['decision', 'approve']])
  const decided = await fetch(`${simulator.url}/oauth/authorize/decision`, { method: 'POST', body, redirect: 'manual' })
  const back = new URL(decided.headers.get('location') ?? '')
  if (back.origin + back.pathname !== publicUrl + callbackPath) throw new Error(`sent back to ${back}`)
  return { state: back.searchParams.get('state') ?? '', code: back.searchParams.get('code') ?? '' }
}
