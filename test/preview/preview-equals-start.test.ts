import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Stage } from '../model/engine/live-through.ts'
import { openStage } from '../model/engine/open-stage.ts'
import { createRealWorkspace, type Preview } from '../model/engine/real-sync.ts'
import type { SyncResult } from '../model/reference/world.ts'
import { applyChange } from '../model/worlds/changes.ts'
import { type Story, story } from '../model/worlds/stories.ts'
import { laneSeed, runs } from '../support/runs.ts'

const stories = runs(16, 600)
const lanes = 2

let stage: Stage

beforeAll(async () => {
  stage = await openStage(lanes)
})

describe.concurrent('a start does what its preview showed', () => {
  for (let lane = 1; lane <= lanes; lane++) {
    test(`I3, I4, I7, I8, B69: in any small world, and the preview writes nothing (${lane} of ${lanes})`, async () => {
      await fc.assert(
        fc.asyncProperty(story, (told) => previewEachRun(stage, told)),
        { numRuns: Math.ceil(stories / lanes), seed: laneSeed(lane) },
      )
    })
  }
})

/** Plays a story, with a preview before each of its runs. */
async function previewEachRun({ database, organizationId, openPortal }: Stage, told: Story): Promise<void> {
  const workspace = await createRealWorkspace(database, organizationId)
  await workspace.store.edit({ contacts: [], accounts: [], aliases: [], errors: [] }, told.world.store)
  let world = told.world
  for (const [index, { changes, pace }] of told.runs.entries()) {
    const before = world.store
    world = changes.reduce((changed, one, turn) => applyChange(changed, one, told.world, `${index}.${turn}`), world)
    await workspace.store.edit(before, world.store)
    const versions = await workspace.store.rowVersions()

    const preview = await workspace.preview(world.settings, pace, openPortal(world.hubspot, pace))
    expect(await workspace.store.rowVersions()).toEqual(versions)
    const start = await workspace.sync(world.settings, pace, openPortal(world.hubspot, pace))

    expect(outcomeOf(preview)).toEqual(outcomeOf(start))
    expect(errorsTold(preview)).toEqual(errorsMade(start, index + 1))
    world = { ...world, store: start.store }
  }
}

const outcomeOf = ({ counts, status }: Pick<SyncResult, 'counts' | 'status'>) => ({ counts, status })

const errorsTold = ({ report }: Preview): string[] =>
  report.errors
    .flatMap(({ type, objectType, count }) => Array.from({ length: count }, () => `${objectType} ${type}`))
    .sort()

/** Errors that the run found, whether or not they were open before. */
const errorsMade = ({ store }: SyncResult, run: number): string[] =>
  store.errors
    .filter(({ status, lastRun }) => status === 'OPEN' && lastRun === run)
    .map(({ objectType, type }) => `${objectType} ${type}`)
    .sort()
