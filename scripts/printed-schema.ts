import { printSchema } from 'graphql'
import { schema } from '../src/schema/schema.ts'

/** The committed contract with clients. */
export const schemaFile = new URL('../schema.graphql', import.meta.url)

export function printedSchema(): string {
  return `${printSchema(schema)}\n`
}
