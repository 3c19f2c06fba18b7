import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ConfigurationError, loadEnvironment, variableNames } from '../../src/config/environment.ts'
import { cleanUp } from '../support/clean-up.ts'

const usable = {
  DATABASE_URL: 'postgresql://localhost/app',
  HUBSPOT_CLIENT_ID: 'id',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
}

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-secret-'))
  cleanUp(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'secret')
  await writeFile(file, text)
  return file
}

function mistakesOf(source: Record<string, string>): readonly string[] {
  try {
    loadEnvironment({ ...usable, ...source })
    return []
  } catch (error) {
    return error instanceof ConfigurationError ? error.mistakes : [String(error)]
  }
}

it.each(['from a file', 'from a file\n', 'from a file\r\n'])('a variable is read from the file %j', async (text) => {
  const environment = loadEnvironment({ ...usable, HUBSPOT_CLIENT_SECRET_FILE: await fileWith(text) })

  expect(environment.hubspot.clientSecret).toBe('from a file')
})

it('mistakes with files are named', async () => {
  const file = await fileWith('secret\n')

  expect(mistakesOf({ HUBSPOT_CLIENT_SECRET: 'secret', HUBSPOT_CLIENT_SECRET_FILE: file })).toEqual([
    'HUBSPOT_CLIENT_SECRET_FILE and HUBSPOT_CLIENT_SECRET cannot be used together',
  ])
  expect(mistakesOf({ HUBSPOT_CLIENT_SECRET_FILE: '/nowhere' })).toEqual([
    'HUBSPOT_CLIENT_SECRET_FILE names a file that cannot be read (ENOENT)',
  ])
  expect(mistakesOf({ HUBSPOT_CLIENT_SECRET_FILE: await fileWith('\n') })).toEqual([
    'HUBSPOT_CLIENT_SECRET_FILE names an empty file',
  ])
  // Another variable's value is not shown.
  expect(mistakesOf({ HUBSPOT_CLIENT_SECRET: 's', PORT_FILE: file })).toEqual([expect.stringMatching(/^PORT /)])
})

it('.env.example can be sourced by a shell and read by Node, and lists every variable', async () => {
  // given every line of it switched on
  const example = await readFile(new URL('../../.env.example', import.meta.url), 'utf8')
  const all = await fileWith(example.replace(/^#(?=[A-Z_]+=)/gm, ''))
  const print = ['-p', 'JSON.stringify(process.env)']
  const env = { PATH: process.env.PATH }

  // when
  const script = `set -a; . '${all}'; set +a; exec '${process.execPath}' ${print[0]} '${print[1]}'`
  const sourced = JSON.parse(execFileSync('sh', ['-ec', script], { encoding: 'utf8', env }))
  const read = JSON.parse(execFileSync(process.execPath, [`--env-file=${all}`, ...print], { encoding: 'utf8', env }))

  // then
  const named = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name)
  expect(named.toSorted()).toEqual(variableNames.toSorted())
  for (const name of variableNames) expect([name, sourced[name]]).toEqual([name, read[name]])
})
