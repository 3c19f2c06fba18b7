import fc from 'fast-check'
import { beforeAll, describe, test } from 'vitest'
import { laneSeed, runs } from '../../support/runs.ts'
import { story } from '../worlds/stories.ts'
import { liveThrough, type Stage } from './live-through.ts'
import { openStage } from './open-stage.ts'

/** Each plays two worlds on average, before and after some changes. */
const stories = runs(240, 8_000)
/** Stories that are played in parallel, so that PostgreSQL and this process keep each other busy. */
const lanes = 4

let stage: Stage

beforeAll(async () => {
  stage = await openStage(lanes)
})

describe.concurrent('the sync does what the reference sync does', () => {
  for (let lane = 1; lane <= lanes; lane++) {
    test(`B26-B31, B34-B36, B40, B43-B54, B57-B60, B64-B67, B69, I1-I5, I7, I8: in any small world, at any pace, wherever it crashes (${lane} of ${lanes})`, async () => {
      await fc.assert(
        fc.asyncProperty(story, (told) => liveThrough(stage, told)),
        { numRuns: Math.ceil(stories / lanes), seed: laneSeed(lane) },
      )
    })
  }
})
