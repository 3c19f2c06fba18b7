import { expect, test } from 'vitest'
import { createDataDir, readNotes, startStackOwner, startTestStack, untilGone, writeNote } from './stack-fixture.ts'

test('data is kept when PostgreSQL is killed', async () => {
  const dataDir = await createDataDir()
  const first = await startTestStack({ dataDir })
  await writeNote(first.databaseUrl, 'kept')

  process.kill(first.servers[0]?.pid as number, 'SIGKILL')
  await first.servers[0]?.exited
  const second = await startTestStack({ dataDir })

  expect(await readNotes(second.databaseUrl)).toEqual(['kept'])
})

test('if the process that started it is killed, PostgreSQL exits by itself, and data is kept', async () => {
  const dataDir = await createDataDir()
  const { owner, databaseUrl, pids } = await startStackOwner({ dataDir })
  await writeNote(databaseUrl, 'kept')

  await owner.stop('SIGKILL')
  // Immediately, while the old server may still be shutting down.
  const second = await startTestStack({ dataDir })

  await untilGone(pids[0] as number)
  expect(await readNotes(second.databaseUrl)).toEqual(['kept'])
})

test('a PostgreSQL without parent and guardian is stopped by the next start, and data is kept', async () => {
  const dataDir = await createDataDir()
  const { owner, databaseUrl, pids, guardianPid } = await startStackOwner({ dataDir })
  await writeNote(databaseUrl, 'kept')
  process.kill(guardianPid, 'SIGKILL')
  await owner.stop('SIGKILL')
  await expect(readNotes(databaseUrl)).resolves.toEqual(['kept'])

  const second = await startTestStack({ dataDir })

  await untilGone(pids[0] as number)
  expect(await readNotes(second.databaseUrl)).toEqual(['kept'])
})
