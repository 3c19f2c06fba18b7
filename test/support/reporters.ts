import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'
import { RunNotes } from './run-notes.ts'

type Reporters = NonNullable<NonNullable<ViteUserConfig['test']>['reporters']>

/** The reporters of a run. If TEST_RESULTS names a folder, the run also leaves its results there for `.ci/run`. */
export function reporters(seed: number, name: string): Reporters {
  const { TEST_RESULTS: folder } = process.env
  const numbers: Reporters = folder ? [['json', { outputFile: join(folder, `${name}.json`) }]] : []
  return [new RunNotes(seed), 'default', ...numbers]
}
