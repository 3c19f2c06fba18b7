// Compiles src and the packages that it uses to dist/. A process that loads a few large files starts in half the CPU time of
// one that looks for thousands of small ones, and production installs only what cannot be compiled in: the `dependencies`.
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { dependencies, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const [, oldestNode] = /^>=([\d.]+)$/.exec(engines.node)

// Files that no source corresponds to any more must not remain.
rmSync(`${root}dist`, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: ['serve', 'work', 'migrate', 'admin'].map((name) => `src/${name}.ts`),
  outdir: 'dist',
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  // Each part is loaded at most once, and what is imported on demand is a part of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: `node${oldestNode}`,
  external: [
    ...Object.keys(dependencies),
    // An optional package of pg that we do not use.
    'pg-native',
  ],
  // CommonJS packages load Node's own modules with it.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
})
