import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { ConcreteRequest, ReaderFragment } from 'relay-runtime'
import { cleanUp } from '../../support/clean-up.ts'

// It has no types: its default export is the path of the compiler for this platform.
const relayCompiler = createRequire(import.meta.url)('relay-compiler') as string
const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs the Relay compiler over app.js and the committed schema. Returns a function that loads its output. */
export async function compileApp() {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'))
  cleanUp(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'src', '__generated__'), { recursive: true })
  await cp(join(root, 'schema.graphql'), join(folder, 'schema.graphql'))
  await cp(join(root, 'test/clients/relay/app.js'), join(folder, 'src/app.js'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const config = { src: './src', schema: './schema.graphql', language: 'javascript', eagerEsModules: true }
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config))
  await run(relayCompiler, ['relay.config.json'], { cwd: folder })
  const load = async (name: string) =>
    (await import(pathToFileURL(join(folder, 'src/__generated__', `${name}.graphql.js`)).href)).default
  return {
    request: (name: string): Promise<ConcreteRequest> => load(name),
    fragment: (name: string): Promise<ReaderFragment> => load(name),
  }
}
