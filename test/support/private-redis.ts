import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Guardian, startGuardian } from '../../embedded/guardian.ts'
import { startRedis } from '../../embedded/redis.ts'
import { giveTo, unprivilegedUser } from '../../embedded/unprivileged-user.ts'
import { cleanUp } from './clean-up.ts'

/** A guardian, and a temporary folder that the guarded servers may write to, until the test is over. */
export async function temporaryFolder(): Promise<{ folder: string; guardian: Guardian }> {
  const guardian = startGuardian()
  cleanUp(() => guardian.dismiss())
  const folder = await mkdtemp(join(tmpdir(), 'hubspot-contact-sync-test-'))
  guardian.removeAtEnd(folder)
  await giveTo(unprivilegedUser(), folder)
  return { folder, guardian }
}

/** Starts a Redis that only this test uses, with these lines of configuration. For tests that run only if there is one. */
export async function startPrivateRedis(
  settings: readonly string[] = [],
): Promise<{ url: string; stop(): Promise<void> }> {
  const { folder, guardian } = await temporaryFolder()
  const started = await startRedis(folder, guardian, { settings: [`dir ${folder}`, ...settings] })
  if (started === null) throw new Error('neither redis-server nor valkey-server is installed')
  cleanUp(() => started.server.stop())
  return { url: started.url, stop: () => started.server.stop() }
}
