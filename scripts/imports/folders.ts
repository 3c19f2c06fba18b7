import { createRequire } from 'node:module'

export interface Folder {
  readonly folder: string
  readonly holds: string
  /** Folders, or files without their extension; null means anything. */
  readonly mayImport: readonly string[] | null
}

export interface Room {
  /** A folder of src/sync, or a file in it. */
  readonly room: string
  readonly holds: string
}

/** The data from which `.dependency-cruiser.cjs` makes its rules. */
export const { folders, syncFloors } = createRequire(import.meta.url)('./folders.cjs') as {
  readonly folders: readonly Folder[]
  readonly syncFloors: readonly (readonly Room[])[]
}
