import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startScript } from '../../embedded/processes.ts'
import { type StackOptions, startStack } from '../../embedded/stack.ts'
import { cleanUp } from '../support/clean-up.ts'
import { waitFor } from '../support/wait-for.ts'

/** A folder for a stack's data, removed when the test is over. */
export async function createDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-data-'))
  await chmod(folder, 0o755)
  cleanUp(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

/** Starts a stack in this process for as long as the test runs. */
export async function startTestStack(options: StackOptions) {
  const stack = await startStack({ redis: 'none', ...options })
  cleanUp(() => stack.stop())
  return stack
}

/** Starts a stack in a separate process. */
export async function startStackOwner(options: StackOptions) {
  const owner = await startScript('test/embedded/stack-owner.ts', {
    STACK_OPTIONS: JSON.stringify({ redis: 'none', ...options }),
  })
  cleanUp(() => owner.stop())
  const started = JSON.parse(await owner.untilLine((line) => line.startsWith('{')))
  return { owner, ...(started as { databaseUrl: string; pids: number[]; guardianPid: number; folder: string }) }
}

export async function writeNote(databaseUrl: string, note: string): Promise<void> {
  await query(databaseUrl, 'CREATE TABLE IF NOT EXISTS note (text text)')
  await query(databaseUrl, `INSERT INTO note VALUES ('${note}')`)
}

export async function readNotes(databaseUrl: string): Promise<string[]> {
  return (await query(databaseUrl, 'SELECT text FROM note')).map(({ text }) => text)
}

export async function untilGone(pid: number): Promise<void> {
  await waitFor(() => !isAlive(pid))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function query(databaseUrl: string, statement: string): Promise<{ text: string }[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query(statement)
  await client.end()
  return rows
}
