import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { loadEnvironment, variableNames } from '../../src/config/environment.ts'
import { cleanUp } from '../support/clean-up.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Service {
  readonly image?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly depends_on?: Readonly<Record<string, object>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly read_only?: boolean
}

const compose: { services: Record<string, Service>; secrets: Record<string, { file: string }> } = parse(
  read('compose.yaml'),
  { merge: true },
)
const chart = 'ops/helm/hubspot-contact-sync'
const templates = readdirSync(join(root, chart, 'templates')).map((name) => `${chart}/templates/${name}`)
const units = readdirSync(join(root, 'ops/systemd')).map((name) => `ops/systemd/${name}`)
const values = parse(read(`${chart}/values.yaml`))

/** A template without its directives. What they insert becomes a word. */
function withoutDirectives(template: string): string {
  return template
    .replace(/^[ \t]*\{\{-? *(if|end|range|define|include|toYaml)\b.*\}\}[ \t]*\n/gm, '')
    .replace(/\{\{.*?\}\}/g, 'x')
}

function expectKnown(names: readonly string[]): void {
  const known = variableNames.flatMap((name) => [name, `${name}_FILE`])
  expect(names.filter((name) => !known.includes(name))).toEqual([])
}

/** Everything named dist/….js in a file. */
const entryPoints = (text: string) => [...text.matchAll(/\bdist\/(\w+)\.js\b/g)].map(([, name]) => name)

it.each(['compose.yaml', 'Dockerfile', ...templates, ...units])('%s starts entry points that are built', (path) => {
  const built = [...read('scripts/build.mjs').matchAll(/'(\w+)'/g)].map(([, name]) => name)

  for (const name of entryPoints(read(path))) {
    expect(built).toContain(name)
    expect(existsSync(join(root, `src/${name}.ts`))).toBe(true)
  }
})

describe('compose.yaml', () => {
  const ours = Object.entries(compose.services).filter(([, { image }]) => image === 'hubspot-contact-sync')

  it('has two APIs, two workers, and a migration before them', () => {
    const commands = ours.map(([, { command }]) => command?.join(' '))

    expect(commands.filter((command) => command === 'node dist/serve.js')).toHaveLength(2)
    expect(commands.filter((command) => command === 'node dist/work.js')).toHaveLength(2)
    for (const [name, { depends_on = {} }] of ours) {
      expect(Object.keys(depends_on)).toContain(name === 'migrate' ? 'postgres' : 'migrate')
    }
  })

  it('refers to services and secrets that exist', () => {
    for (const { depends_on = {}, secrets = [] } of Object.values(compose.services)) {
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)))
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining([...secrets]))
    }
  })

  it('sets variables that the processes know, with values that they accept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hcs-secrets-'))
    cleanUp(() => rm(folder, { recursive: true, force: true }))
    const secrets: Record<string, string> = {
      database_url: 'postgresql://contact_sync:x@postgres/contact_sync',
      encryption_keys: `k1:${Buffer.alloc(32).toString('base64')}`,
      hubspot_client_secret: 'secret',
    }
    for (const [name, text] of Object.entries(secrets)) await writeFile(join(folder, name), `${text}\n`)

    for (const [, { environment = {} }] of ours) {
      expectKnown(Object.keys(environment))
      const filled = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          value
            .replace(/\$\{\w+:-([^}]*)\}/, '$1')
            .replace(/\$\{\w+:\?[^}]*\}/, 'given')
            .replace('/run/secrets', folder),
        ]),
      )
      expect(loadEnvironment(filled).databaseUrl).toBe(secrets.database_url)
    }
  })

  it('asks the API whether it is ready, writes no file, and keeps the queue', () => {
    const { 'api-1': api, redis } = compose.services

    expect(api?.healthcheck?.test.join(' ')).toContain(`127.0.0.1:${api?.environment?.PORT}/health/ready`)
    expect(ours.every(([, service]) => service.read_only)).toBe(true)
    expect(redis?.command).toEqual(expect.arrayContaining(['--appendonly', 'noeviction']))
  })
})

const hasNginx = spawnSync('nginx', ['-v']).error === undefined

it.skipIf(!hasNginx)('nginx accepts its configuration (skipped if nginx is not installed)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-nginx-'))
  cleanUp(() => rm(folder, { recursive: true, force: true }))
  // Outside of Docker there are no such names, and older versions cannot look them up again.
  const config = read('ops/nginx/nginx.conf')
    .replace(/api-[12]/g, '127.0.0.1')
    .replaceAll(' resolve;', ';')
  await writeFile(join(folder, 'nginx.conf'), `pid ${folder}/pid;\nerror_log ${folder}/error.log;\n${config}`)

  const { status, stderr } = spawnSync('nginx', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')], {
    encoding: 'utf8',
  })

  expect([status, stderr]).toEqual([0, expect.stringContaining('test is successful')])
})

describe('the Helm chart', () => {
  it.each(templates.filter((path) => path.endsWith('.yaml')))('%s is YAML around its directives', (path) => {
    expect(withoutDirectives(read(path))).toSatisfy((text) => parse(text).kind !== undefined)
  })

  it('sets variables that the processes know', () => {
    const inTemplates = templates.flatMap((path) =>
      [...read(path).matchAll(/- name: ([A-Z][A-Z_]+)$/gm)].map(([, name = '']) => name),
    )

    expect(inTemplates).toContain('METRICS_PORT')
    expectKnown([...inTemplates, ...Object.keys(values.settings), ...values.secretKeys])
  })

  it('uses values that exist', () => {
    for (const path of templates) {
      for (const [, name = ''] of read(path).matchAll(/\.Values\.([\w.]+)/g)) {
        const value = name.split('.').reduce((part, key) => part?.[key], values)
        expect([path, name, value === undefined]).toEqual([path, name, false])
      }
    }
  })

  it('belongs to the version of the package', () => {
    expect(parse(read(`${chart}/Chart.yaml`)).appVersion).toBe(JSON.parse(read('package.json')).version)
  })
})

test.each(units)('%s sets variables that the processes know', (path) => {
  expectKnown([...read(path).matchAll(/^Environment=([A-Z_]+)=/gm)].map(([, name = '']) => name))
})

describe('the image', () => {
  const dockerfile = read('Dockerfile')

  it('contains only files that exist, and does not run as root', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))

    for (const path of copied) expect([path, existsSync(join(root, path))]).toEqual([path, true])
    expect(dockerfile.split(/^FROM /m).at(-1)).toMatch(/^USER node$/m)
  })

  it('is built without secrets and without what git ignores', () => {
    const entriesOf = (file: string) =>
      read(file)
        .split('\n')
        .map((line) => line.replace(/\/$/, ''))
        .filter((line) => line !== '' && !line.startsWith('#'))
    const ignored = entriesOf('.dockerignore')

    expect(ignored).toEqual(expect.arrayContaining(['.git', '.env', 'secrets']))
    const missing = entriesOf('.gitignore').filter(
      (entry) => !ignored.includes(entry) && !ignored.includes(`**/${entry}`),
    )
    expect(missing).toEqual([])
  })
})
