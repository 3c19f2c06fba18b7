import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Finds a program on the PATH, or else in `moreFolders`. */
export async function findOnPath(program: string, moreFolders: readonly string[] = []): Promise<string | null> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...moreFolders]) {
    const path = join(folder, program)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return null
}
