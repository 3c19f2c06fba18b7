import {
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import type { Dice } from './dice.ts'
import { type Known, literalOf, valueFor } from './generate-values.ts'

export interface Operation {
  readonly kind: 'query' | 'mutation'
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Generates an operation that can contain any part of the schema, with values that may or may not be valid. */
export function generateOperation(schema: GraphQLSchema, dice: Dice, known: Known): Operation {
  const kind = dice.oneIn(3) ? 'mutation' : 'query'
  const root = kind === 'mutation' ? schema.getMutationType() : schema.getQueryType()
  const variables: Record<string, unknown> = {}
  const declarations: string[] = []
  const fragments: string[] = []
  let aliases = 0

  const argumentsOf = ({ args }: GraphQLField<unknown, unknown>) => {
    const chosen = args.filter((argument) => isRequiredArgument(argument) || dice.oneIn(2))
    const given = chosen.map(({ name, type }) => {
      // Small pages, so that most operations are within the limits.
      const isSize = name === 'first' || name === 'last'
      const value = isSize && !dice.oneIn(8) ? dice.below(4) : valueFor(type, dice, known)
      if (!dice.oneIn(2)) return `${name}: ${literalOf(value)}`
      const variable = `v${declarations.length}`
      declarations.push(`$${variable}: ${type}`)
      if (!dice.oneIn(15)) variables[variable] = value
      return `${name}: $${variable}`
    })
    return given.length === 0 ? '' : `(${given.join(', ')})`
  }

  const directive = () => {
    if (!dice.oneIn(30)) return ''
    return dice.pick([' @include(if: true)', ' @skip(if: true)', ' @include(if: $nothing)', ' @unknown'])
  }

  const fieldOf = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const alias = dice.oneIn(12) ? `a${aliases++}: ` : ''
    return `${alias}${field.name}${argumentsOf(field)}${directive()}${selectionOf(field.type, depth)}`
  }

  const selectionOf = (outer: GraphQLOutputType, depth: number): string => {
    const type = getNamedType(outer)
    if (isLeafType(type)) return ''
    const parts = ['__typename']
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const isLeaf = isLeafType(getNamedType(field.type))
        if (isLeaf ? dice.oneIn(2) : depth > 0 && dice.oneIn(3)) parts.push(fieldOf(field, depth - 1))
      }
    }
    if (isAbstractType(type)) {
      for (const member of schema.getPossibleTypes(type)) {
        if (!dice.oneIn(2)) continue
        const selection = selectionOf(member, depth - 1)
        if (!dice.oneIn(6)) parts.push(`... on ${member.name}${selection}`)
        else {
          const name = `F${fragments.length}`
          fragments.push(`fragment ${name} on ${member.name}${selection}`)
          parts.push(`...${name}`)
        }
      }
    }
    return ` { ${parts.join(' ')} }`
  }

  const fields = Object.values(root?.getFields() ?? {})
  const count = 1 + dice.below(3)
  const selected = Array.from({ length: count }, (_, index) => `r${index}: ${fieldOf(dice.pick(fields), 3)}`)
  const declared = declarations.length === 0 ? '' : `(${declarations.join(', ')})`
  return { kind, query: [`${kind} Fuzz${declared} { ${selected.join(' ')} }`, ...fragments].join('\n'), variables }
}
