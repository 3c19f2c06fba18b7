import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { propertySeed } from './test/support/property-seed.ts'
import { reporters } from './test/support/reporters.ts'

const seed = propertySeed('1')

/** `npm test`: everything that a change needs. What takes longer is in vitest.long.config.ts. */
export default defineConfig({
  resolve: {
    // Vite would load the ES modules of graphql beside the CommonJS ones that Yoga and Pothos load: two realms of types.
    alias: [
      { find: /^graphql$/, replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)) },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: 'test/support/set-up-file.ts',
    provide: { longPercent: 0, propertySeed: seed },
    reporters: reporters(seed, 'npm-test'),
    pool: 'forks',
    // Loading GraphQL, Prisma and the clients takes longer than most files run: a process loads them once for all its files.
    isolate: false,
    // Each file keeps real servers busy besides itself, but some wait for a lease or a window to end.
    maxWorkers: 3,
    // Guards against what hangs, never a measure of speed.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 20_000,
  },
})
