import type { Queryable } from '../database/database.ts'
import type { CustomFieldType, ObjectType } from '../generated/prisma/enums.ts'
import type { InputProblem } from '../user-errors.ts'
import type { JsonValue } from './stored-record.ts'
import { cleanInput } from './text-rules.ts'

/** The new value of a custom field; null clears it. */
export interface CustomFieldInput {
  readonly key: string
  readonly value?: unknown
}

export interface KnownField {
  readonly key: string
  readonly type: CustomFieldType
  readonly options: readonly string[]
}

export async function findCustomFields(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
): Promise<KnownField[]> {
  const { rows } = await client.query<KnownField>(
    'SELECT key, type, options FROM custom_field WHERE workspace_id = $1 AND object_type = $2',
    [workspaceId, objectType],
  )
  return rows
}

/**
 * Email addresses, in lower case, of the users who may act in the workspace: the values that a TEAMMATE field accepts.
 */
export async function findTeammates(client: Queryable, workspaceId: string): Promise<string[]> {
  const { rows } = await client.query<{ email: string }>(
    `SELECT lower(app_user.email) AS email FROM workspace
     JOIN app_user ON app_user.organization_id = workspace.organization_id
     WHERE workspace.id = $1 AND app_user.email IS NOT NULL AND (app_user.is_company_admin OR EXISTS (
       SELECT FROM membership WHERE membership.workspace_id = $1 AND membership.user_id = app_user.id))`,
    [workspaceId],
  )
  return rows.map((row) => row.email)
}

/**
 * The values in the form in which they are stored, by key; null for values to be cleared. Adds a problem for each value
 * that does not fit its field.
 */
export async function checkCustomFields(
  client: Queryable,
  { workspaceId, objectType }: { readonly workspaceId: string; readonly objectType: ObjectType },
  given: readonly CustomFieldInput[],
  problems: InputProblem[],
): Promise<ReadonlyMap<string, JsonValue>> {
  const values = new Map<string, JsonValue>()
  if (given.length === 0) return values
  const fields = new Map((await findCustomFields(client, workspaceId, objectType)).map((field) => [field.key, field]))
  const namesTeammate = given.some(({ key, value }) => value != null && fields.get(key)?.type === 'TEAMMATE')
  const teammates = namesTeammate ? await findTeammates(client, workspaceId) : []
  given.forEach(({ key, value }, index) => {
    const path = ['customFields', String(index)]
    const field = fields.get(key)
    if (field === undefined) {
      problems.push({
        path: [...path, 'key'],
        message: `There is no custom field "${key}". Choose one from customFields.`,
      })
    } else if (values.has(key)) {
      problems.push({ path: [...path, 'key'], message: `The custom field "${key}" occurs twice.` })
    } else if (value == null) {
      values.set(key, null)
    } else {
      const own: InputProblem[] = []
      const stored = storedValue(field, value, teammates, own)
      problems.push(...own.map(({ message }) => ({ path: [...path, 'value'], message })))
      values.set(key, stored)
    }
  })
  return values
}

function storedValue(
  { type, options }: KnownField,
  value: unknown,
  teammates: readonly string[],
  problems: InputProblem[],
): JsonValue {
  const refuse = (message: string) => {
    problems.push({ path: [], message })
    return null
  }
  switch (type) {
    case 'STRING':
      return typeof value === 'string' ? cleanInput(value, [], problems) || null : refuse('The value must be text.')
    case 'NUMBER':
      return typeof value === 'number' && Number.isFinite(value)
        ? exactNumber(value, refuse)
        : refuse('The value must be a number.')
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : refuse('The value must be true or false.')
    case 'DATETIME':
      return (
        parseMoment(value) ??
        refuse('The value must be a time in ISO 8601 with an offset, for example 2026-11-23T09:30:00Z.')
      )
    case 'ENUM':
      return typeof value === 'string' && options.includes(value)
        ? value
        : refuse(`The value must be one of the field's options: ${options.join(', ')}.`)
    case 'TEAMMATE': {
      const address = typeof value === 'string' ? value.trim().toLowerCase() : ''
      return teammates.includes(address) ? address : refuse('The value must be the email address of a teammate.')
    }
  }
}

/**
 * A whole number above 2^53 - 1 may have been a different one before it was read as a double, and this cannot be
 * detected. It is rejected rather than stored as its neighbour (B34).
 */
function exactNumber(number: number, refuse: (message: string) => null): JsonValue {
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    return refuse(`Whole numbers are exact up to ${Number.MAX_SAFE_INTEGER}; use a STRING field for longer ones.`)
  }
  return number === 0 ? 0 : number
}

/** The time in UTC; null if the value is not a time. */
export function parseMoment(value: unknown): string | null {
  const parts =
    typeof value === 'string' &&
    /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.exec(value.trim())
  if (!parts) return null
  const moment = new Date(parts[0])
  // Date turns an impossible day such as 02-30 into a day of the next month.
  const lastDay = new Date(Date.UTC(Number(parts[1]), Number(parts[2]), 0)).getUTCDate()
  if (Number.isNaN(moment.getTime()) || Number(parts[3]) > lastDay) return null
  return moment.toISOString()
}

/** The stored values with these changes. Null removes a key. */
export function withCustomFields(
  stored: Readonly<Record<string, JsonValue>>,
  changes: ReadonlyMap<string, JsonValue>,
): Record<string, JsonValue> {
  const merged = new Map([...Object.entries(stored), ...changes])
  return Object.fromEntries([...merged].filter(([, value]) => value !== null))
}
