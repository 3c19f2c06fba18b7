import { basename } from 'node:path/posix'
import { folders, syncFloors } from './folders.ts'

/**
 * One line for each of `files` without a rule: it is in an unknown folder, or in a room of src/sync without a floor.
 */
export function withoutRule(files: readonly string[]): string[] {
  const rooms = new Set(syncFloors.flat().map(({ room }) => room))
  const missing = files.flatMap((file) => {
    const [, room] = /^src\/sync\/([^/]+)/.exec(file) ?? []
    if (room !== undefined && !rooms.has(room)) return `src/sync/${room} stands on no floor`
    const isKnown = folders.some(({ folder }) => file.startsWith(`${folder}/`))
    // Loose files in src wire the folders together.
    const isWiring = file === `src/${basename(file)}`
    return isKnown || isWiring ? [] : [`${file} lies in no folder that has a rule`]
  })
  return [...new Set(missing)].map((line) => `${line}: add it to scripts/imports/folders.cjs`)
}
