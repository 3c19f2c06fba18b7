// `npm run serve`, `work`, `migrate`, and `admin`: runs the compiled entry point in this process. In a checkout whose sources
// are newer than dist/, or that has no dist/, it runs the sources instead, so nobody runs code that they have changed since.
// In package.json, `exec` replaces npm's shell with this process. Otherwise a signal sent to npm would end only the shell.
import { readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const [, , name, ...args] = process.argv
const built = new URL(`dist/${name}.js`, root)
const builtAt = modifiedAt(built)
const changedAt = newestSource(fileURLToPath(new URL('src', root)))

if (builtAt !== null && builtAt >= changedAt) {
  process.argv = [process.argv[0], fileURLToPath(built), ...args]
  await import(built.href)
} else if (changedAt > 0 && isInstalled('tsx')) {
  if (builtAt !== null)
    console.error('The sources are newer than dist/, so they run instead. `npm run build` compiles them.')
  const { register } = await import('tsx/esm/api')
  register()
  const source = new URL(`src/${name}.ts`, root)
  process.argv = [process.argv[0], fileURLToPath(source), ...args]
  await import(source.href)
} else {
  console.error('There is no up-to-date dist/. Run `npm ci && npm run build` where it is made, and copy dist/ here.')
  process.exitCode = 1
}

/** What is generated follows from other files, and is written by each installation. */
function newestSource(folder) {
  const entries = readable(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return Math.max(
    0,
    ...entries
      .filter((entry) => entry.name !== 'generated')
      .map((entry) => {
        const path = `${folder}/${entry.name}`
        return entry.isDirectory() ? newestSource(path) : (modifiedAt(path) ?? 0)
      }),
  )
}

function modifiedAt(path) {
  return readable(() => statSync(path).mtimeMs)
}

function isInstalled(name) {
  return readable(() => createRequire(import.meta.url).resolve(name)) !== null
}

/** Null if the file or folder does not exist. */
function readable(read) {
  try {
    return read()
  } catch {
    return null
  }
}
