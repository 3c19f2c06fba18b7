import { z } from 'zod'

const takenHandle = z.object({
  source: z.enum(['EMAIL', 'PHONE', 'DOMAIN']),
  value: z.string(),
  /** Row id of the contact or account that has it. */
  heldById: z.string(),
  /** Id of the HubSpot record that the holder is linked to. */
  heldByHubspotId: z.string().nullable(),
})
export type TakenHandle = z.infer<typeof takenHandle>

/** What an error's message says, as data: the form of `sync_error.details`. */
const errorDetails = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('handle-taken'),
    /** Every handle of the record that another record of ours has. The first is the one that the error is about. */
    handles: z.array(takenHandle).min(1),
  }),
  z.object({
    kind: z.literal('invalid-value'),
    property: z.string(),
    /** The value in HubSpot. A long one is cut. */
    value: z.string(),
    /** The fields that the property feeds, as they are called in the API. */
    fields: z.array(z.string()),
  }),
  z.object({ kind: z.literal('field-not-found'), property: z.string(), fields: z.array(z.string()) }),
  z.object({ kind: z.literal('departures'), departed: z.number().int(), synced: z.number().int() }),
  z.object({ kind: z.literal('limit-exceeded'), limit: z.number().int(), leftOut: z.number().int() }),
])
export type ErrorDetails = z.infer<typeof errorDetails>

/** The stored details. Null if the error has none, or no longer has any. */
export function parseErrorDetails(stored: unknown): ErrorDetails | null {
  return stored === null ? null : errorDetails.parse(stored)
}
