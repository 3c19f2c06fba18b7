import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

export interface Selecting {
  readonly schema: GraphQLSchema
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * The fields that the selection sets select on an object type, by the key of the result, as in "CollectFields" of the GraphQL
 * specification. Fields with the same key are merged.
 */
export function selectedFields(
  selecting: Selecting,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const visited = new Set<string>()
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selecting, selection)) continue
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        const nodes = fields.get(key)
        if (nodes === undefined) fields.set(key, [selection])
        else nodes.push(selection)
        continue
      }
      const fragment = fragmentOf(selecting, selection, visited)
      if (fragment !== null && applies(selecting.schema, fragment.on, type)) collect(fragment.selectionSet)
    }
  }
  for (const set of sets) collect(set)
  return fields
}

interface Fragment {
  /** Name of the type that the fragment is for. Undefined if it is for the type around it. */
  readonly on: string | undefined
  readonly selectionSet: SelectionSetNode
}

/** Null for a fragment that is spread again. */
function fragmentOf(
  { fragments }: Selecting,
  selection: Exclude<SelectionNode, FieldNode>,
  visited: Set<string>,
): Fragment | null {
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    return { on: selection.typeCondition?.name.value, selectionSet: selection.selectionSet }
  }
  const name = selection.name.value
  const fragment = fragments[name]
  if (visited.has(name) || fragment === undefined) return null
  visited.add(name)
  return { on: fragment.typeCondition.name.value, selectionSet: fragment.selectionSet }
}

function isIncluded({ variables }: Selecting, selection: SelectionNode): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false
}

function applies(schema: GraphQLSchema, on: string | undefined, type: GraphQLObjectType): boolean {
  if (on === undefined || on === type.name) return true
  const condition = schema.getType(on)
  return isAbstractType(condition) && schema.isSubType(condition, type)
}
