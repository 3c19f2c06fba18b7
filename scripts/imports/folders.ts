import { createRequire } from 'node:module'

export interface Folder {
  readonly folder: string
  readonly holds: string
  /** Folders, or files without their ending; null means anything. */
  readonly mayImport: readonly string[] | null
}

export interface Room {
  /** A folder of src/sync, or a file in it. */
  readonly room: string
  readonly holds: string
}

/** What `.dependency-cruiser.cjs` makes its rules of. */
export const { folders, syncFloors } = createRequire(import.meta.url)('./folders.cjs') as {
  readonly folders: readonly Folder[]
  readonly syncFloors: readonly (readonly Room[])[]
}
