import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

/** An operation on one field of Query, Mutation, or Subscription that selects everything beneath it. */
export interface WalkOperation {
  /** `Query.contact` */
  readonly field: string
  readonly text: string
  /** Everything that it selects, as `Type.field`. In the answer, the keys are `Type__field`. */
  readonly coordinates: ReadonlySet<string>
}

/** Values for arguments: a global id for each type of node, and texts by the name of the argument. */
export interface Things {
  readonly ids: readonly string[]
  readonly texts: Readonly<Record<string, string>>
}

/** Returns operations for each field of each root type, one for each way to fill in its arguments. */
export function walkOperations(schema: GraphQLSchema, things: Things): WalkOperation[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  return roots.flatMap((root) =>
    root == null ? [] : Object.values(root.getFields()).flatMap((field) => operationsOf(schema, root, field, things)),
  )
}

function operationsOf(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  { ids, texts }: Things,
): WalkOperation[] {
  const coordinates = new Set([`${root.name}.${field.name}`])
  const selection = selectionOf(schema, getNamedType(field.type), coordinates)
  const found = new Map<string, WalkOperation>()
  for (const id of ids) {
    for (const choice of [0, 1, 2, 3]) {
      const args = argumentsOf(field, { id, texts, choice })
      const text = `${root.name.toLowerCase()} Walk { ${root.name}__${field.name}: ${field.name}${args} ${selection} }`
      found.set(text, { field: `${root.name}.${field.name}`, text, coordinates })
    }
  }
  return [...found.values()]
}

/** Expands each type once per operation, so that the walk ends. */
function selectionOf(
  schema: GraphQLSchema,
  type: ReturnType<typeof getNamedType>,
  coordinates: Set<string>,
  opened = new Set<string>(),
): string {
  if (isLeafType(type)) return ''
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : []
  const fragments = types
    .filter(({ name }) => !opened.has(name))
    .map((member) => {
      const within = new Set([...opened, member.name])
      const fields = Object.values(member.getFields()).map((field) => {
        const named = getNamedType(field.type)
        // Already expanded above, so it would reveal nothing new.
        if (isObjectType(named) && within.has(named.name)) return ''
        coordinates.add(`${member.name}.${field.name}`)
        const args = argumentsOf(field, { id: '', texts: {}, choice: 0 })
        const beneath = selectionOf(schema, named, coordinates, within)
        return `${member.name}__${field.name}: ${field.name}${args} ${beneath}`
      })
      return `... on ${member.name} { ${fields.join(' ')} }`
    })
  return `{ __typename ${fragments.join(' ')} }`
}

interface Filling {
  readonly id: string
  readonly texts: Readonly<Record<string, string>>
  /** Index of the variant of a @oneOf input. */
  readonly choice: number
}

/** Required arguments, and ids, which may refer to other people's objects. */
function argumentsOf({ args }: GraphQLField<unknown, unknown>, filling: Filling): string {
  const given = args
    .filter(({ type, defaultValue }) => isId(type) || (isNonNullType(type) && defaultValue === undefined))
    .map(({ name, type }) => `${name}: ${literalOf(type, name, filling)}`)
  return given.length === 0 ? '' : `(${given.join(', ')})`
}

function isId(type: GraphQLInputType): boolean {
  return getNamedType(type).name === 'ID'
}

function literalOf(type: GraphQLInputType, name: string, filling: Filling): string {
  if (isNonNullType(type)) return literalOf(type.ofType, name, filling)
  if (isListType(type)) return `[${literalOf(type.ofType, name, filling)}]`
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null'
  if (isInputObjectType(type)) {
    const all = Object.values(type.getFields())
    const fields = type.isOneOf
      ? [all[filling.choice % all.length]].filter((field) => field !== undefined)
      : all.filter((field) => isId(field.type) || isNonNullType(field.type))
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type, field.name, filling)}`).join(', ')} }`
  }
  const { name: scalar } = type
  if (scalar === 'ID') return JSON.stringify(filling.id)
  if (scalar === 'Boolean') return 'false'
  if (scalar === 'Int' || scalar === 'Float') return '1'
  if (scalar === 'DateTime') return '"2099-01-01T00:00:00Z"'
  return JSON.stringify(filling.texts[name] ?? 'x')
}
