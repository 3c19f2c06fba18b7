// `prisma generate` requires a schema engine although it does not run it, and downloads one if it finds none. Any
// existing executable satisfies it, so an installation needs no network except npm. An installation without development
// packages has no Prisma: there, the client is part of dist/.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
// Installed under this name, because npm would install a package named `prisma` in production too: it is an optional
// peer of @prisma/client.
const cli = `${root}node_modules/prisma-cli/build/index.js`
if (existsSync(cli)) {
  const { status } = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], {
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.exitCode = status ?? 1
}
