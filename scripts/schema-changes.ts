import { readFile } from 'node:fs/promises'
import { buildSchema, type GraphQLSchema } from 'graphql'
import { schema } from '../src/schema/schema.ts'
import { breakingChanges, releasedFile } from './breaking-changes.ts'

/** `Type.field` and `Type` for everything in a schema. */
function coordinatesOf(from: GraphQLSchema): Set<string> {
  const types = Object.values(from.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  return new Set(
    types.flatMap((type) => {
      const fields = 'getFields' in type ? Object.keys(type.getFields()) : []
      return [type.name, ...fields.map((field) => `${type.name}.${field}`)]
    }),
  )
}

/** Prints, as Markdown, what breaks clients of the last release and what is new since then. */
const released = await readFile(releasedFile, 'utf8')
const before = coordinatesOf(buildSchema(released))
const added = [...coordinatesOf(schema)].filter((name) => !before.has(name))
// Fields of a new type are not listed.
const shown = added.filter((name) => !name.includes('.') || before.has(name.split('.')[0] ?? ''))
const list = (lines: readonly string[]) =>
  lines.length === 0 ? '- nothing' : lines.map((line) => `- ${line}`).join('\n')
const changes = breakingChanges(released, schema).map((change) => change.replace(/^\w+: /, ''))
console.log(`### Breaking\n\n${list(changes)}\n\n### Added\n\n${list(shown.map((name) => `\`${name}\``))}`)
