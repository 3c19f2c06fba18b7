import { chown, readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

export interface User {
  readonly uid: number
  readonly gid: number
}

/**
 * The user that PostgreSQL runs as: this process's user, or "nobody" if that is root, since PostgreSQL refuses to run
 * as root. The number means nobody on every Linux, where the name of the group differs.
 */
export function unprivilegedUser(): User | null {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : null
}

/** True if every user may enter the folders that lead to `path`, and read and execute `path` itself. */
export async function isReachableByAll(path: string): Promise<boolean> {
  const { mode } = await stat(path)
  if ((mode & 0o005) !== 0o005) return false
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Makes the user the owner of `path` and everything in it. */
export async function giveTo(user: User | null, path: string): Promise<void> {
  if (user === null) return
  await chown(path, user.uid, user.gid)
  for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await giveTo(user, join(path, entry.name))
    else if (entry.isFile()) await chown(join(path, entry.name), user.uid, user.gid)
  }
}
