import type { z } from 'zod'
import { HubSpotUnreadableError } from './errors.ts'
import type { HttpAnswer } from './http.ts'
import { parseJsonBytes } from './parse-json-bytes.ts'

/** Parses the body as JSON. Throws HubSpotUnreadableError. */
export function parseJson({ body, status }: HttpAnswer): unknown {
  try {
    return parseJsonBytes(body)
  } catch (error) {
    // The parser's own message quotes the body, which is personal data.
    throw new HubSpotUnreadableError(`HubSpot's answer (${status}, ${body.length} bytes) is not JSON.`, {
      cause: error instanceof Error ? error.name : undefined,
    })
  }
}

/** Reads an answer by a schema. Fields that are not in the schema are dropped. */
export function answerOf<T>(schema: z.ZodType<T>): (answer: HttpAnswer) => T {
  return (answer) => {
    const result = schema.safeParse(parseJson(answer))
    if (result.success) return result.data
    const where = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).slice(0, 3)
    throw new HubSpotUnreadableError(`HubSpot's answer does not match its documentation: ${where.join('; ')}.`)
  }
}

/** HubSpot sends ids as decimal text, and in associations as numbers, whatever its specification says. */
export function toId(value: unknown): bigint | null {
  if (typeof value === 'string') return /^\d{1,18}$/.test(value) ? BigInt(value) : null
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null
}
