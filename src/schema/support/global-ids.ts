import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import { wordsFor } from '../../records/record-words.ts'
import { quoted } from '../../records/text-rules.ts'
import { InvalidInputError, NotFoundError } from '../../user-errors.ts'

/** A decoded global id, as resolvers receive it. */
export interface GlobalId {
  /** Empty if the text is not an id of this API. `id` is then that text. */
  readonly typename: string
  readonly id: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function isUuid(text: string): boolean {
  return uuid.test(text)
}

/** Never throws. What a wrong id means depends on where it occurs, so the caller decides. */
export function decodeGlobalId(text: string): GlobalId {
  const [typename, id, ...more] = Buffer.from(text, 'base64').toString('utf8').split(':')
  if (typename && id && more.length === 0 && isUuid(id)) return { typename, id }
  return { typename: '', id: text }
}

export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString('base64')
}

/** Types that arguments refer to by id, as shown in messages. */
const names = {
  Contact: wordsFor.CONTACT.one,
  Account: wordsFor.ACCOUNT.one,
  CustomField: 'a custom field',
  ApiToken: 'an API token',
  Member: 'a member',
  User: 'a user',
  SyncRun: 'a sync run',
  SyncError: 'a sync error',
} as const

/**
 * Returns the row id for the global id in an argument. Throws InvalidInputError if the text is not an id of this API, and
 * NotFoundError if the id belongs to something else. `path` leads to the argument.
 */
export function rowId(id: GlobalId, expected: keyof typeof names, path: readonly string[] = ['id']): string {
  if (id.typename === expected) return id.id
  if (id.typename === '') throw new InvalidInputError([{ path, message: `${quoted(id.id)} is not an ID of this API.` }])
  throw new NotFoundError(`This ID does not belong to ${names[expected]}.`)
}

/** Like `rowId`, for an id within an input. A wrong id is a mistake in that input. Undefined and null stay as they are. */
export function inputRowId(
  id: GlobalId | null | undefined,
  expected: keyof typeof names,
  path: readonly string[],
): string | null | undefined {
  if (id == null) return id
  if (id.typename === expected) return id.id
  const message =
    id.typename === '' ? `${quoted(id.id)} is not an ID of this API.` : `This ID does not belong to ${names[expected]}.`
  throw new InvalidInputError([{ path, message }])
}

/** Like `rowId`, for a member. A member and their user have the same row id, so both global ids are accepted. */
export function memberRowId(id: GlobalId, path: readonly string[] = ['id']): string {
  return rowId(id.typename === 'User' ? { ...id, typename: 'Member' } : id, 'Member', path)
}

/** Returns the row id for the global id of any object. Throws InvalidInputError if the text is not an id of this API. */
export function anyRowId({ typename, id }: GlobalId, path: readonly string[]): string {
  if (typename !== '') return id
  throw new InvalidInputError([{ path, message: `${quoted(id)} is not an ID of this API.` }])
}

/** True if objects of this type can be fetched by id. A client may send any type name. */
export function isNode(schema: GraphQLSchema, { typename }: GlobalId): boolean {
  const type = schema.getType(typename)
  const node = schema.getType('Node')
  return isObjectType(type) && isInterfaceType(node) && schema.isSubType(node, type)
}
