import { deserialize, serialize } from 'node:v8'
import type { Viewer } from '../auth/viewer.ts'
import { type Encryption, UnknownKeyError, UnreadableBoxError } from '../encryption/encryption.ts'
import type { ContactFilter } from '../search/contact-filter.ts'
import type { ErrorFilter } from '../sync/errors/error-filter.ts'
import { InvalidInputError } from '../user-errors.ts'

export type ExportFormat = 'JSONL' | 'CSV'

/** What to export. */
export type ExportRequest = { readonly format: ExportFormat } & (
  | { readonly kind: 'contacts'; readonly filter: ContactFilter }
  | { readonly kind: 'errors'; readonly filter: ErrorFilter }
)

/** A request that a link carries, and on whose behalf it is. */
export interface LinkedExport {
  readonly request: ExportRequest
  readonly workspaceId: string
  readonly userId: string
  /** The API token that asked for the link. Null with other credentials. */
  readonly tokenId: string | null
}

export interface ExportLink {
  readonly url: string
  readonly expiresAt: Date
}

/** Links that stream an export to whoever has them. */
export interface ExportLinks {
  /** Throws InvalidInputError if the filter is too long for a link. */
  issue(viewer: Viewer, request: ExportRequest): ExportLink
  /** Null if the link is forged, altered, or too old. */
  open(path: string): LinkedExport | null
}

export const exportsPath = '/exports/'

/** How long a download may take to begin. */
const linkLifeMs = 5 * 60_000
/** Proxies accept lines of 8 KB. */
const longestPath = 6_000

/**
 * A link is an encrypted box: its filter may contain personal data, which must not get into the logs of proxies, and nobody
 * without a key can make or change one. Nothing is stored, so links need no clean-up. The workspace is part of what the
 * box is bound to, so a box that was made for another purpose does not open.
 */
export function openExportLinks(encryption: Encryption, publicUrl: string, now: () => Date): ExportLinks {
  return {
    issue: ({ workspaceId, userId, token }, request) => {
      const life = now().getTime() + linkLifeMs
      const expiresAt = new Date(Math.min(life, token?.expiresAt?.getTime() ?? life))
      const content = { request, userId, tokenId: token?.id ?? null, expiresAt }
      const box = encryption.encrypt(serialize(content).toString('base64'), purposeOf(workspaceId))
      const path = `${exportsPath}${workspaceId}.${box}`
      if (path.length > longestPath) {
        throw new InvalidInputError([{ path: ['filter'], message: 'The filter is too long. Use fewer values.' }])
      }
      return { url: publicUrl + path, expiresAt }
    },
    open: (path) => {
      const [workspaceId = '', ...box] = path.slice(exportsPath.length).split('.')
      try {
        const text = encryption.decrypt(box.join('.'), purposeOf(workspaceId))
        const { expiresAt, ...content } = deserialize(Buffer.from(text, 'base64'))
        return expiresAt > now() ? { ...content, workspaceId } : null
      } catch (error) {
        if (error instanceof UnknownKeyError || error instanceof UnreadableBoxError) return null
        throw error
      }
    },
  }
}

const purposeOf = (workspaceId: string) => `export:${workspaceId}`
