import { readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { propertySeed } from './test/support/property-seed.ts'
import { reporters } from './test/support/reporters.ts'
import changes from './vitest.config.ts'

const seed = propertySeed('random')
const { LONG_PERCENT: longPercent = '100' } = process.env

/**
 * `npm run test:long`: `*.long.test.ts`, and with many more cases each file that asks `runs` how many to draw.
 * LONG_PERCENT takes a part of the cases.
 */
export default defineConfig({
  ...changes,
  test: {
    ...changes.test,
    include: ['test/**/*.long.test.ts', ...filesThatDraw('test')],
    exclude: [],
    provide: { longPercent: Number(longPercent), propertySeed: seed },
    reporters: reporters(seed, 'test-long'),
    testTimeout: 4 * 3_600_000,
  },
})

function filesThatDraw(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((file) => readFileSync(file, 'utf8').includes('/support/runs.ts'))
}
