import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import { InvalidInputError, NotFoundError } from '../../user-errors.ts'

/** A global id as resolvers get it: decoded. */
export interface GlobalId {
  readonly typename: string
  readonly id: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function isUuid(text: string): boolean {
  return uuid.test(text)
}

/** Throws InvalidInputError where the text is not an id that this API gave out. */
export function decodeGlobalId(text: string): GlobalId {
  const [typename, id, ...more] = Buffer.from(text, 'base64').toString('utf8').split(':')
  if (typename && id && more.length === 0 && isUuid(id)) return { typename, id }
  throw new InvalidInputError([{ path: ['id'], message: `"${text}" is not an id of this API.` }])
}

export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString('base64')
}

/** The row's id behind a global id of the given type. Throws NotFoundError where it is another type's. */
export function rowId({ typename, id }: GlobalId, expected: string): string {
  if (typename === expected) return id
  throw new NotFoundError(`The id is not that of a ${expected}.`)
}

/** Whether things of its type can be fetched by id; a client may ask for any name. */
export function isNode(schema: GraphQLSchema, { typename }: GlobalId): boolean {
  const type = schema.getType(typename)
  const node = schema.getType('Node')
  return isObjectType(type) && isInterfaceType(node) && schema.isSubType(node, type)
}
