import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { applyChange } from './changes.ts'
import { createOrganization, createRealWorkspace, StoryCrash } from './real-sync.ts'
import { referenceSync } from './reference-sync.ts'
import { type Pace, type Story, story } from './stories.ts'
import { told } from './told.ts'
import type { HubSpotSide, Link, Store, SyncResult } from './world.ts'
import { worldPortal } from './world-portal.ts'

const worlds = 2_000
/** Worlds lived through side by side, so that PostgreSQL and this process keep both busy. */
const lanes = 4

let database: Database
let organizationId: string

beforeAll(async () => {
  database = await createTestDatabase()
  organizationId = await createOrganization(database)
})

describe.concurrent('the sync does what the reference sync does', () => {
  for (let lane = 1; lane <= lanes; lane++) {
    test(`B29-B53, B69, I1-I8: in any small world, at any pace, wherever it crashes (${lane} of ${lanes})`, {
      timeout: 300_000,
    }, async () => {
      await fc.assert(fc.asyncProperty(story, liveThrough), { numRuns: worlds / lanes })
    })
  }
})

async function liveThrough({ world, runs }: Story): Promise<void> {
  let now = world
  const unseen = new Set<bigint>()
  const portal = (pace: Pace) => worldPortal(() => now.hubspot, crashing(pace.crashesAtCalls))
  const workspace = await createRealWorkspace(database, organizationId, portal)
  await workspace.store.edit({ contacts: [], errors: [] }, world.store)
  for (const [index, { changes, pace }] of runs.entries()) {
    const before = now.store
    now = changes.reduce(applyChange, now)
    await workspace.store.edit(before, now.store)
    const versions = await workspace.store.rowVersions()

    const real = await workspace.sync(now.settings, pace)
    const model = referenceSync(now, index + 1)
    noteUnseen(unseen, now.hubspot, model.store, index + 1)
    expect(told(comparable(real, unseen))).toEqual(told(comparable(model, unseen)))
    // B52: the same state again costs no write.
    if (index > 0 && changes.length === 0) expect(await workspace.store.rowVersions()).toEqual(versions)
    now = { ...now, store: model.store }
  }
}

function crashing(atCalls: readonly number[]): () => void {
  let calls = 0
  return () => {
    if (atCalls.includes(calls++)) throw new StoryCrash()
  }
}

/** Keeps the ids that left the list while their links follow on: their state and times are another story (B57, B58). */
function noteUnseen(unseen: Set<bigint>, { contacts }: HubSpotSide, store: Store, run: number): void {
  for (const { link } of store.contacts) {
    const isListed = contacts.some(({ id, inList }) => id === link?.hubspotId && inList)
    if (link?.state === 'ACTIVE' && !isListed) unseen.add(link.hubspotId)
    if (link?.syncedInRun === run) unseen.delete(link.hubspotId)
  }
}

/** Leaves out the times of the unseen, and how errors looked just before they were resolved. */
function comparable({ store, ...rest }: SyncResult, unseen: ReadonlySet<bigint>): SyncResult {
  const timeless = (link: Link | null) => (link && unseen.has(link.hubspotId) ? { ...link, syncedInRun: 0 } : link)
  return {
    ...rest,
    store: {
      contacts: store.contacts.map((contact) => ({ ...contact, link: timeless(contact.link) })),
      errors: store.errors.map((error) =>
        error.status === 'OPEN'
          ? error
          : { ...error, contact: null, heldBy: null, heldByHubspotId: null, lastRun: error.firstRun },
      ),
    },
  }
}
