import { readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { propertySeed } from './test/support/property-seed.ts'
import { reporters } from './test/support/reporters.ts'
import changes from './vitest.config.ts'

const seed = propertySeed('random')
const { LONG_PERCENT: longPercent = '100' } = process.env

/**
 * `npm run test:long`: `*.long.test.ts`, each file that asks `runs` how many cases to draw, with many more of them, and
 * each that asks `someBroker` for one, with all that can be had. LONG_PERCENT takes a part of the cases.
 */
export default defineConfig({
  ...changes,
  test: {
    ...changes.test,
    include: ['test/**/*.long.test.ts', ...filesThatAskForMore('test')],
    exclude: [],
    provide: { longPercent: Number(longPercent), propertySeed: seed },
    reporters: reporters(seed, 'test-long'),
    testTimeout: 4 * 3_600_000,
  },
})

function filesThatAskForMore(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((file) => /\/support\/runs\.ts|\bsomeBroker\b/.test(readFileSync(file, 'utf8')))
}
