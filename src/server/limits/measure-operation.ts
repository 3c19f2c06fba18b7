import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql'
import { costOf, defaultListSize } from '../../schema/support/field-cost.ts'
import { defaultPageSize } from '../../schema/support/keyset-connection.ts'

export interface Measure {
  /** Number of objects that the operation may return. Expensive fields count more than one object. */
  readonly cost: number
  /** Number of nested fields. */
  readonly depth: number
  readonly aliases: number
}

export interface Operation {
  readonly definition: OperationDefinitionNode
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  readonly variables: Readonly<Record<string, unknown>>
}

const nothing: Measure = { cost: 0, depth: 0, aliases: 0 }
/** The fields that query the schema itself. */
const introspection = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]))
const mutationCost = 10
/** Cost of each field selected under `__schema` or `__type`: the schema has hundreds of types, each with many fields. */
const introspectionCost = 10

/**
 * Measures a valid operation without executing it. Each object costs 1, times the sizes of the pages and lists that contain
 * it. Scalars are free unless their fields declare a cost (see FieldCost).
 */
export function measureOperation(schema: GraphQLSchema, { definition, fragments, variables }: Operation): Measure {
  // Each fragment is measured once, so that nested fragments cannot make the measurement itself expensive.
  const known = new Map<string, Measure>()

  const ofFragment = (name: string, pageSize: number): Measure => {
    const key = `${name} ${pageSize}`
    const measured = known.get(key)
    if (measured !== undefined) return measured
    const fragment = fragments[name]
    const measure = fragment
      ? ofSelection(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), pageSize)
      : nothing
    known.set(key, measure)
    return measure
  }

  const ofSelection = (set: SelectionSetNode, type: GraphQLNamedType | undefined, pageSize: number): Measure =>
    set.selections
      .map((selection) => {
        if (selection.kind === Kind.FIELD) return ofField(selection, type, pageSize)
        if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, pageSize)
        const condition = selection.typeCondition?.name.value
        return ofSelection(selection.selectionSet, condition === undefined ? type : schema.getType(condition), pageSize)
      })
      .reduce(together, nothing)

  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined, pageSize: number): Measure => {
    const aliases = node.alias === undefined ? 0 : 1
    const name = node.name.value
    const field =
      introspection.get(name) ??
      (isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined)
    if (field === undefined) return { ...nothing, aliases }
    const type = getNamedType(field.type)
    if (isIntrospectionType(type) || (parent !== undefined && isIntrospectionType(parent))) {
      const beneath = node.selectionSet === undefined ? nothing : ofSelection(node.selectionSet, type, 0)
      return { cost: introspectionCost + beneath.cost, depth: 0, aliases: aliases + beneath.aliases }
    }
    const own =
      (costOf(field).own ?? 0) +
      (definition.operation === 'mutation' && parent === schema.getMutationType() ? mutationCost : 0)
    if (!isCompositeType(type) || node.selectionSet === undefined) return { cost: own, depth: 1, aliases }
    const { items, pages } = sizesOf(field, node, variables)
    const isPageItem = pageSize > 0 && isListField(field)
    const beneath = ofSelection(node.selectionSet, type, pages)
    const times = isPageItem ? pageSize : items
    return { cost: own + times * (1 + beneath.cost), depth: 1 + beneath.depth, aliases: aliases + beneath.aliases }
  }

  const root = schema.getRootType(definition.operation) ?? undefined
  return ofSelection(definition.selectionSet, root, 0)
}

/** `pages`: the number of edges of a connection. `items`: the number of objects that the field returns. */
function sizesOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Operation['variables']) {
  const args = argumentsOf(field, node, variables)
  const isConnection =
    getNamedType(field.type).name.endsWith('Connection') && field.args.some(({ name }) => name === 'first')
  const size = [args.first, args.last].find((value) => typeof value === 'number')
  return {
    pages: isConnection ? Math.max(1, Number(size ?? defaultPageSize)) : 0,
    items: isListField(field) ? itemsOf(field, args) : 1,
  }
}

/** The number of given ids, or `first`, or else the number that the field declares. */
function itemsOf(field: GraphQLField<unknown, unknown>, args: Readonly<Record<string, unknown>>): number {
  const ids = Object.values(args).filter((value) => Array.isArray(value))
  if (ids.length > 0) return Math.max(1, ...ids.map((list) => list.length))
  const first = args.first ?? field.args.find(({ name }) => name === 'first')?.defaultValue
  return typeof first === 'number' ? Math.max(1, first) : (costOf(field).items ?? defaultListSize)
}

/** Invalid arguments are rejected when the field is executed. */
function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Operation['variables']) {
  try {
    return getArgumentValues(field, node, { ...variables })
  } catch {
    return {}
  }
}

function isListField({ type }: GraphQLField<unknown, unknown>): boolean {
  return isListType(getNullableType(type))
}

function together(one: Measure, other: Measure): Measure {
  return {
    cost: one.cost + other.cost,
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
  }
}
