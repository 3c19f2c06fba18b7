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
  /** A portal that answers from this side of the world, for one run. */
  openPortal(hubspot: HubSpotSide, pace: Pace): HubSpotPortal
}

const empty: Store = { contacts: [], accounts: [], aliases: [], errors: [] }

/** Lives a story through in a workspace of its own; the sync must leave behind what the reference sync does, run by run. */
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
    // B52: the same state again costs no write and makes no error.
    if (versions) expect(await workspace.store.rowVersions()).toEqual(versions)
    world = { ...world, store: model.store }
  }
}

/** What failed, or was left out for the limit, is not tried again in its run: the next may see it in another light. */
const isFinalAtOnce = ({ type, status }: StoredError) =>
  status === 'OPEN' && (type === 'LIMIT_EXCEEDED' || type === 'UNEXPECTED')

/**
 * Leaves out how errors looked just before they were resolved, and the past of those for a taken handle: while a run tries
 * a record again it may meet another of them first.
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
