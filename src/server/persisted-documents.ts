import { readFileSync } from 'node:fs'
import type { GraphQLParams } from 'graphql-yoga'
import { z } from 'zod'
import type { ApiEnvironment } from '../config/environment.ts'

/** Documents that clients can name instead of sending them. */
export interface PersistedDocuments {
  readonly byId: ReadonlyMap<string, string>
  /** True if all other documents are rejected. */
  readonly only: boolean
}

export const noPersistedDocuments: PersistedDocuments = { byId: new Map(), only: false }

const fileSchema = z.record(z.string().min(1), z.string().min(1))

/** Reads the file that the operator configured, if any. Throws if it is not a JSON object of documents by id. */
export function openPersistedDocuments({
  persistedDocuments: path,
  onlyPersistedDocuments: only,
}: Pick<ApiEnvironment, 'persistedDocuments' | 'onlyPersistedDocuments'>): PersistedDocuments {
  return path === null ? noPersistedDocuments : { byId: readDocuments(path), only }
}

function readDocuments(path: string): ReadonlyMap<string, string> {
  const { data, error } = fileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (data === undefined) throw new Error(`${path} is not a JSON object of documents by id: ${error?.message}`)
  return new Map(Object.entries(data))
}

const extensionSchema = z.object({ persistedQuery: z.object({ version: z.literal(1), sha256Hash: z.string() }) })

/** The document id in a request: `documentId`, or Apollo's `extensions.persistedQuery.sha256Hash`. */
export function documentIdOf(params: GraphQLParams & { documentId?: unknown }): string | null {
  if (typeof params.documentId === 'string') return params.documentId
  return extensionSchema.safeParse(params.extensions).data?.persistedQuery.sha256Hash ?? null
}
