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
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { defaultPageSize } from '../../schema/support/keyset-connection.ts'

export interface Measure {
  /** How many objects the operation may lead to, with more for what costs more than a row. */
  readonly cost: number
  /** Fields within fields. */
  readonly depth: number
  readonly aliases: number
}

export interface Operation {
  readonly definition: OperationDefinitionNode
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  readonly variables: Readonly<Record<string, unknown>>
}

const nothing: Measure = { cost: 0, depth: 0, aliases: 0 }
/** Fields that count rows. Others say themselves what they cost, in their extension `cost`. */
const dearFields: Readonly<Record<string, number>> = {
  totalCount: 5,
}
const mutationCost = 10

/**
 * Measures a valid operation without executing it. Each object costs 1, times the sizes of the pages and lists of ids
 * that it is within; scalars cost nothing, and neither does the schema itself.
 */
export function measureOperation(schema: GraphQLSchema, { definition, fragments, variables }: Operation): Measure {
  // Each fragment is measured once, so that fragments within fragments cannot make measuring itself dear.
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
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    if (field === undefined) return { ...nothing, aliases }
    const type = getNamedType(field.type)
    const own =
      Number(field.extensions.cost ?? dearFields[name] ?? 0) +
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

/** `pages`: how many edges the connection has; `items`: how often what is selected comes, by the ids asked for. */
function sizesOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Operation['variables']) {
  const args = argumentsOf(field, node, variables)
  const isConnection =
    getNamedType(field.type).name.endsWith('Connection') && field.args.some(({ name }) => name === 'first')
  const size = [args.first, args.last].find((value) => typeof value === 'number')
  const ids = Object.values(args).filter((value) => Array.isArray(value))
  return {
    pages: isConnection ? Math.max(1, Number(size ?? defaultPageSize)) : 0,
    items: isListField(field) ? Math.max(1, ...ids.map((list) => list.length)) : 1,
  }
}

/** What cannot be read is refused when the field is executed. */
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
