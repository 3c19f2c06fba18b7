import { expect } from 'vitest'
import type { Database } from '../../../src/database/database.ts'
import type { HubSpotPortal } from '../../../src/hubspot/portal.ts'
import { isHandleTaken } from '../reference/record-errors.ts'
import { referenceSync } from '../reference/reference-sync.ts'
import { told } from '../reference/told.ts'
import type { HubSpotSide, Store, StoredError, SyncResult } from '../reference/world.ts'
import { applyChange } from '../worlds/changes.ts'
import type { Pace, Story } from '../worlds/stories.ts'
import { createRealWorkspace } from './real-sync.ts'

export interface Stage {
  readonly database: Database
  readonly organizationId: string
  /** Opens a portal that answers from this side of the world, for one run. */
  openPortal(hubspot: HubSpotSide, pace: Pace): HubSpotPortal
}

const empty: Store = { contacts: [], accounts: [], aliases: [], errors: [] }

/**
 * Plays a story in its own workspace. After each run, the sync must have left behind what the reference sync leaves.
 */
export async function liveThrough({ database, organizationId, openPortal }: Stage, story: Story): Promise<void> {
  const workspace = await createRealWorkspace(database, organizationId)
  await workspace.store.edit(empty, story.world.store)
  let world = story.world
  for (const [index, { changes, pace }] of story.runs.entries()) {
    const before = world.store
    world = changes.reduce(
      (changed, change, turn) => applyChange(changed, change, story.world, `${index}.${turn}`),
      world,
    )
    await workspace.store.edit(before, world.store)
    const isSameAgain = index > 0 && changes.length === 0 && !world.store.errors.some(isFinalAtOnce)
    const versions = isSameAgain ? await workspace.store.rowVersions() : null

    const real = await workspace.sync(world.settings, pace, openPortal(world.hubspot, pace))
    const model = referenceSync(world, index + 1)
    expect(told(comparable(real))).toEqual(told(comparable(model)))
    // B52: the same state again causes no write and no error.
    if (versions) expect(await workspace.store.rowVersions()).toEqual(versions)
    world = { ...world, store: model.store }
  }
}

/**
 * A record that failed, or was left out because of the limit, is not retried in its run. The next run may see it
 * differently.
 */
const isFinalAtOnce = ({ type, status }: StoredError) =>
  status === 'OPEN' && (type === 'LIMIT_EXCEEDED' || type === 'UNEXPECTED')

/**
 * Removes how errors looked just before they were resolved, and the history of errors about a taken handle: while a run
 * retries a record, it may meet another of them first.
 */
function comparable({ store, ...rest }: SyncResult): SyncResult {
  const open = store.errors.filter(({ status }) => status === 'OPEN')
  const resolved = store.errors.filter((error) => error.status === 'RESOLVED' && !isHandleTaken(error))
  return {
    ...rest,
    store: {
      ...store,
      errors: [
        ...open.map((error) => (isHandleTaken(error) ? { ...error, firstRun: error.lastRun } : error)),
        ...resolved.map((error) => ({ ...error, contact: null, lastRun: error.firstRun })),
      ],
    },
  }
}
