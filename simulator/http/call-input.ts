import type { ObjectType } from '../portal/crm-record.ts'
import type { Query } from './api-route.ts'
import { invalid } from './hubspot-problem.ts'

const OBJECT_TYPES: Readonly<Record<string, ObjectType>> = {
  contacts: 'contacts',
  contact: 'contacts',
  '0-1': 'contacts',
  companies: 'companies',
  company: 'companies',
  '0-2': 'companies',
}

export const objectTypeOf = (name: string | undefined): ObjectType => {
  const objectType = OBJECT_TYPES[name ?? '']
  if (!objectType) throw invalid(`Unable to infer object type from: ${name}`)
  return objectType
}

/** A list, given by repeating the parameter, with commas, or both. */
export const listIn = (query: Query, name: string): string[] =>
  [query[name] ?? []]
    .flat()
    .flatMap((part) => part.split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '')

export const textIn = (query: Query, name: string): string | undefined => {
  const value = [query[name] ?? []].flat()[0]
  return value === '' ? undefined : value
}

export const flagIn = (query: Query, name: string): boolean => textIn(query, name) === 'true'

/** The requested page size. Anything but a whole number from 1 to `max` is refused. */
export const limitOf = (given: string | number | undefined, standard: number, max: number): number => {
  if (given === undefined) return standard
  const limit = Number(given)
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit
  throw invalid(`Invalid input: limit must be between 1 and ${max}, but was ${given}`, {
    errors: [{ message: `limit must be between 1 and ${max}`, in: 'limit' }],
  })
}

export const recordIdOf = (given: unknown): number => {
  const text = String(given)
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw invalid(`Invalid input JSON: ${text} is not a valid record id`)
}

export const objectBody = (body: unknown): Record<string, unknown> => {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw invalid('Invalid input JSON: a request body is required')
}

export const stringsIn = (body: Record<string, unknown>, name: string): string[] => {
  const value = body[name] ?? []
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value as string[]
  throw invalid(`Invalid input JSON: ${name} must be a list of strings`)
}

/** The `inputs` of a batch call. Refused if there are none or too many. */
export const inputsIn = (body: Record<string, unknown>, max: number): Record<string, unknown>[] => {
  const { inputs } = body
  if (!Array.isArray(inputs) || inputs.length === 0) throw invalid('Invalid input JSON: inputs must not be empty')
  if (inputs.length > max) {
    throw invalid(`Invalid input: the number of inputs must not exceed ${max}, but was ${inputs.length}`)
  }
  return inputs.map(objectBody)
}

/** Paging tokens of lists and associations are ids, encoded so that callers do not look into them. */
export const cursorOf = (id: number): string => Buffer.from(String(id)).toString('base64')

export const idOfCursor = (cursor: string): number => {
  // An encoded id never consists of digits only; such a cursor belongs to a portal that sends cursors as numbers.
  const id = Number(/^\d+$/.test(cursor) ? cursor : Buffer.from(cursor, 'base64').toString())
  if (Number.isInteger(id) && id >= 0) return id
  throw invalid(`Invalid paging offset: ${cursor}`)
}
