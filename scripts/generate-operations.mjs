// Types the GraphQL operations of client, demo, bench, and tests. An installation without development packages has
// none.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = `${root}node_modules/@graphql-codegen/cli/esm/bin.js`
if (existsSync(cli)) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, '--config', 'codegen.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) console.error(stdout, stderr)
  process.exitCode = status ?? 1
}
