import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { Credentials } from '../auth/authenticate.ts'
import { decodeGlobalId } from '../schema/support/global-ids.ts'

export function httpCredentials({ headers }: Pick<IncomingMessage, 'headers'>): Credentials {
  const workspaceId = headers['x-workspace-id']
  return {
    authorization: headers.authorization ?? null,
    workspaceId: workspaceRowId(workspaceId === undefined ? null : String(workspaceId)),
  }
}

const payloadSchema = z.object({ authorization: z.string().nullish(), workspaceId: z.string().nullish() }).nullish()

/** Reads the payload of a WebSocket's `connection_init`. An invalid value counts as missing. */
export function payloadCredentials(payload: unknown): Credentials {
  const { data } = payloadSchema.safeParse(payload)
  return { authorization: data?.authorization ?? null, workspaceId: workspaceRowId(data?.workspaceId ?? null) }
}

/** Clients identify a workspace by its row id, which the operator was given, or by its global id. */
function workspaceRowId(text: string | null): string | null {
  if (text === null) return null
  const { typename, id } = decodeGlobalId(text)
  return typename === 'Workspace' ? id : text
}
